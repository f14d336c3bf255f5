import type { AnswerClaims } from "../../../actors/claim.ts";
import { type Standing, standings } from "../../../actors/standing.ts";
import { World } from "../../../actors/world.ts";
import type { WorldSettings } from "../../../actors/world-settings.ts";
import type { NetworkSettings } from "../../experiment-file-network.ts";
import type { NetworkRow } from "../../figures/network/measurement.ts";
import type { OpenWorker } from "../../runner/cells.ts";
import { modelsOf, openTranscripts } from "../transcripts.ts";
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
    run: async ({ input: cell }) => {
      const world = worldSettings(settings, experiment.seed, cell, models, prompts);
      return (await playSliced(world, settings.slices, answer)).map((standing) => networkRow(cell, standing));
    },
    close: () => transcripts.close(),
  };
};

/** Plays one world, and takes everybody's account at the end of each slice of its time. */
async function playSliced(settings: WorldSettings, slices: number, answer: AnswerClaims): Promise<Standing[]> {
  const world = new World(settings, { answer, check: true });
  const taken: Standing[] = [];
  for (let slice = 1; slice <= slices; slice++) {
    await world.play(Math.round((world.endUs * slice) / slices));
    taken.push(...standings(world));
  }
  return taken;
}
