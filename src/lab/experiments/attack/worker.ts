import type { AttackSettings } from "../../experiment-file-attack.ts";
import type { AttackRow } from "../../figures/attack/measurement.ts";
import type { OpenWorker } from "../../runner/cells.ts";
import { hardwareOf } from "../hardware.ts";
import { modelsOf, openTranscripts } from "../transcripts.ts";
import { claimsOf } from "./claims.ts";
import { attackPrompts, type JobsOfPrompts, publicPrompts } from "./plan.ts";
import { attackRow } from "./rows.ts";

/** Answers jobs by every strategy and judges the answers; of an interrupted cell no finished transcript is lost. */
export const openWorker: OpenWorker<JobsOfPrompts, AttackRow> = async (experiment, { resultsFolder, signal }) => {
  const settings = experiment.settings as AttackSettings;
  const texts = attackPrompts(settings);
  const models = await modelsOf(settings, signal);
  const hardware = hardwareOf(settings.hardware, models);
  const transcripts = openTranscripts(experiment, resultsFolder, models, {
    tokenLimit: settings.tokenLimit,
    pool: publicPrompts(settings, texts),
  });
  return {
    run: async ({ input }) => {
      const claims = await claimsOf(transcripts.source, settings, experiment.seed, input, texts, signal);
      return claims.map((claim) => attackRow(claim, hardware));
    },
    close: () => transcripts.close(),
  };
};
