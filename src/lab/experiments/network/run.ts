import { basename, join } from "node:path";
import type { AnswerClaims } from "../../../actors/claim.ts";
import { type Standing, standings } from "../../../actors/standing.ts";
import { TranscriptSource } from "../../../actors/strategies/transcript-source.ts";
import { World } from "../../../actors/world.ts";
import type { WorldSettings } from "../../../actors/world-settings.ts";
import { modelIdentity } from "../../../inference/model-file.ts";
import { referenceNumerics } from "../../../inference/numerics.ts";
import { TranscriptStore } from "../../../inference/transcript-store/store.ts";
import type { Experiment } from "../../experiment-file.ts";
import type { NetworkSettings } from "../../experiment-file-network.ts";
import type { NetworkRow } from "../../figures/network/measurement.ts";
import { networkOutcome } from "../../figures/network/outcome.ts";
import type { KindResult, RunEnvironment } from "../kind.ts";
import { answersFrom } from "./answers.ts";
import { networkHeadline } from "./headline.ts";
import { networkRow } from "./rows.ts";
import { type CellOfWorld, promptsOf, worldSettings } from "./world-of.ts";

/**
 * Runs an experiment of kind `network`: one world for each scheduling and run. An interrupted one has lost no finished transcript:
 * the same command finds them in the store and plays on from there.
 */
export async function runNetwork(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as NetworkSettings;
  const { signal, onProgress, resultsFolder } = environment;
  const { name, seed } = experiment;
  const prompts = promptsOf(settings, seed);
  const models = await modelsOf(settings, signal);
  const store = TranscriptStore.open(settings.store ?? join(resultsFolder, name, "transcripts.sqlite"));
  const source = new TranscriptSource({
    mode: settings.inference,
    store,
    setup: {
      models: Object.fromEntries(models.map((model) => [model.name, model])) as never,
      contextTokens: CONTEXT_MARGIN_TOKENS + settings.jobs.tokenLimit,
      sequences: settings.sequences,
      pool: prompts.map(({ input }) => input),
    },
  });
  try {
    const cells = settings.populations.flatMap((population) =>
      settings.schedulings.flatMap((scheduling) =>
        Array.from({ length: settings.runs }, (_, run): CellOfWorld => ({ seed, population, scheduling, run })),
      ),
    );
    const rows: NetworkRow[] = [];
    const answer = answersFrom(source, settings, signal);
    for (const [done, cell] of cells.entries()) {
      signal.throwIfAborted();
      onProgress({
        done,
        total: cells.length,
        resumed: 0,
        doing: `${cell.population}, ${cell.scheduling}, run ${cell.run}`,
      });
      const world = worldSettings(settings, cell, models, prompts);
      for (const standing of await playSliced(world, settings.slices, answer)) rows.push(networkRow(cell, standing));
    }
    return {
      outcome: networkOutcome(rows),
      facts: { models: models.map(({ name, root, bytes }) => ({ name, root, bytes })), numerics: referenceNumerics },
      headline: networkHeadline(rows),
      forgetJournal: () => {},
    };
  } finally {
    await source.close();
    store.close();
  }
}

/** Room for prompts; openings are far shorter. */
const CONTEXT_MARGIN_TOKENS = 256;

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

async function modelsOf({ models }: NetworkSettings, signal: AbortSignal) {
  const names = ["target", ...Object.keys(models).filter((name) => name !== "target")];
  const found = [];
  for (const name of names) {
    const path = models[name]!;
    const { root, fileBytes } = await modelIdentity(path, { signal });
    found.push({ name, file: basename(path), path, root, bytes: fileBytes });
  }
  return found;
}
