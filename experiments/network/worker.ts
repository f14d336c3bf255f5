import { collectStats, type GroupStats } from "../../src/actors/group-stats.ts";
import { playbackFile } from "../../src/lab/playback/format.ts";
import { openRecordedWorld, type RecordedWorld } from "../../src/lab/playback/recording.ts";
import type { OpenWorker } from "../../src/lab/runner/cells.ts";
import { answersFrom, promptsOf } from "../shared/answers.ts";
import { modelsOf, openTranscripts } from "../shared/transcripts.ts";
import { openWorldFiles } from "../shared/world-files.ts";
import { networkRow } from "./measure.ts";
import type { NetworkRow } from "./rows.ts";
import type { NetworkSettings } from "./settings.ts";
import { type CellOfWorld, worldSettings } from "./world-of.ts";

/** Plays worlds; an interrupted one has lost no finished transcript, and finds them in the store when it is played again. */
export const openWorker: OpenWorker<CellOfWorld, NetworkRow, NetworkSettings> = async (
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
    run: async ({ input: cell }, context) => {
      const files = openWorldFiles(settings, (name) => context.file(name));
      const world = openRecordedWorld(
        worldSettings(settings, experiment.seed, cell, models, prompts),
        { provideOutputs: answer, check: settings.check ?? true, ...files.options },
        { file: context.file(playbackFile), cell: context.name },
      );
      try {
        return (await playSliced(world, settings.slices)).map((standing) => networkRow(cell, standing));
      } finally {
        world.close();
        files.close();
      }
    },
    close: () => transcripts.close(),
  };
};

/** Plays one world, and takes everybody's account at the end of each slice of its time. */
async function playSliced(recorded: RecordedWorld, slices: number): Promise<GroupStats[]> {
  const { world } = recorded;
  const taken: GroupStats[] = [];
  for (let slice = 1; slice <= slices; slice++) {
    await recorded.play(Math.round((world.endUs * slice) / slices));
    taken.push(...collectStats(world));
  }
  return taken;
}
