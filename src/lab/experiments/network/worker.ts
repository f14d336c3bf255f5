import { type Standing, standings } from "../../../actors/standing.ts";
import type { NetworkSettings } from "../../experiment-file-network.ts";
import type { NetworkRow } from "../../figures/network/measurement.ts";
import { playbackFile } from "../../playback/format.ts";
import { openRecordedWorld, type RecordedWorld } from "../../playback/recording.ts";
import type { OpenWorker } from "../../runner/cells.ts";
import { modelsOf, openTranscripts } from "../transcripts.ts";
import { openWorldFiles } from "../world-files.ts";
import { answersFrom } from "./answers.ts";
import { networkRow } from "./rows.ts";
import { type CellOfWorld, promptsOf, worldSettings } from "./world-of.ts";

/** Plays worlds; an interrupted one has lost no finished transcript, and finds them in the store when it is played again. */
export const openWorker: OpenWorker<CellOfWorld, NetworkRow> = async (experiment, { resultsFolder, signal }) => {
  const settings = experiment.settings as NetworkSettings;
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
        { answer, check: settings.check ?? true, ...files.options },
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
async function playSliced(recorded: RecordedWorld, slices: number): Promise<Standing[]> {
  const { world } = recorded;
  const taken: Standing[] = [];
  for (let slice = 1; slice <= slices; slice++) {
    await recorded.play(Math.round((world.endUs * slice) / slices));
    taken.push(...standings(world));
  }
  return taken;
}
