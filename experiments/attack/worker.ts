import type { OpenWorker } from "../../src/lab/runner/cells.ts";
import { hardwareOf } from "../shared/hardware.ts";
import { modelsOf, openTranscripts } from "../shared/transcripts.ts";
import { attackPrompts, type JobsOfPrompts, publicPrompts } from "./cells.ts";
import { attackRow } from "./judge.ts";
import { schemesOf } from "./lists.ts";
import { outputsOf } from "./outputs.ts";
import type { AttackRow } from "./rows.ts";
import type { AttackSettings } from "./settings.ts";

/** Answers jobs by every strategy and judges the answers; of an interrupted cell no finished transcript is lost. */
export const openWorker: OpenWorker<JobsOfPrompts, AttackRow, AttackSettings> = async (
  experiment,
  { resultsFolder, signal },
) => {
  const { settings } = experiment;
  const texts = attackPrompts(settings);
  const models = await modelsOf(settings, signal);
  const hardware = hardwareOf(settings.hardware, models);
  const schemes = schemesOf(experiment);
  const transcripts = openTranscripts(experiment, resultsFolder, models, {
    tokenLimit: settings.tokenLimit,
    pool: publicPrompts(settings, texts),
  });
  return {
    run: async ({ input }) => {
      const outputs = await outputsOf(transcripts.source, experiment, input, texts, signal);
      return outputs.map((output) => attackRow(output, hardware, schemes));
    },
    close: () => transcripts.close(),
  };
};
