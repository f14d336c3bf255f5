import { World } from "../../../actors/world.ts";
import { type DisputesSettings, readingName } from "../../experiment-file-disputes.ts";
import type { DisputeRow } from "../../figures/disputes/measurement.ts";
import type { OpenWorker } from "../../runner/cells.ts";
import { answersFrom } from "../network/answers.ts";
import { promptsOf } from "../network/world-of.ts";
import { modelsOf, openTranscripts } from "../transcripts.ts";
import { openWorldFiles } from "../world-files.ts";
import { disputeRow } from "./rows.ts";
import type { CellOfDisputes } from "./run.ts";
import { scenarios } from "./scenarios.ts";
import { rulesOf, strategyOf, worldOfDispute } from "./world-of.ts";

/** Plays disputes, each job in a network of its own. */
export const openWorker: OpenWorker<CellOfDisputes, DisputeRow> = async (experiment, { resultsFolder, signal }) => {
  const settings = experiment.settings as DisputesSettings;
  const prompts = promptsOf(settings, experiment.seed);
  const models = await modelsOf(settings, signal);
  const transcripts = openTranscripts(experiment, resultsFolder, models, {
    tokenLimit: settings.jobs.tokenLimit,
    pool: prompts.map(({ input }) => input),
  });
  const answer = answersFrom(transcripts.source, settings, signal);
  return {
    run: async ({ input }, context) => {
      const reading = settings.readings[input.reading]!;
      const scenario = scenarios.find(({ name }) => name === input.scenario)!;
      // All outputs in one lock-step batch; asked one network after the other, each would come alone.
      await answer(prompts.map((prompt) => ({ prompt, strategy: strategyOf(scenario, settings) })));
      const rows: DisputeRow[] = [];
      for (const prompt of prompts) {
        const given = { rules: rulesOf(reading), scenario, prompt };
        const files = openWorldFiles(settings, (name) => context.file(`prompt-${prompt.number}-${name}`));
        const world = new World(worldOfDispute(settings, experiment.seed, given, models), {
          answer,
          check: settings.check ?? true,
          ...files.options,
        });
        try {
          await world.play();
        } finally {
          files.close();
        }
        rows.push(disputeRow(world, readingName(reading), scenario));
      }
      return rows;
    },
    close: () => transcripts.close(),
  };
};
