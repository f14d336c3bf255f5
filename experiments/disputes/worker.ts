import { World } from "../../src/actors/world.ts";
import type { OpenWorker } from "../../src/lab/runner/cells.ts";
import { answersFrom, promptsOf } from "../shared/answers.ts";
import { modelsOf, openTranscripts } from "../shared/transcripts.ts";
import { openWorldFiles } from "../shared/world-files.ts";
import type { CellOfDisputes } from "./experiment.ts";
import { disputeRow } from "./measure.ts";
import type { DisputeRow } from "./rows.ts";
import { scenarios } from "./scenarios.ts";
import { type DisputesSettings, readingName } from "./settings.ts";
import { rulesOf, strategyOf, worldOfDispute } from "./world-of.ts";

/** Plays disputes, each job in a network of its own. */
export const openWorker: OpenWorker<CellOfDisputes, DisputeRow, DisputesSettings> = async (
  experiment,
  { resultsFolder, signal },
) => {
  const { settings } = experiment;
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
          provideOutputs: answer,
          check: settings.check ?? true,
          ...files.options,
        });
        try {
          await world.run();
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
