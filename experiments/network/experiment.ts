import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import { type Cell, runCells } from "../../src/lab/runner/cells.ts";
import { modelsOf, takeInTranscripts, transcriptFacts } from "../shared/transcripts.ts";
import { networkOutcome } from "./analyse.ts";
import { networkHeadline } from "./headline.ts";
import type { NetworkRow } from "./rows.ts";
import type { NetworkSettings } from "./settings.ts";
import type { CellOfWorld } from "./world-of.ts";

/** Runs an experiment of kind `network`: one world for each population, scheduling and run. */
export async function runNetwork(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as NetworkSettings;
  const models = await modelsOf(settings, environment.signal);
  takeInTranscripts(experiment, environment.resultsFolder);
  const { rows, forgetJournal } = await runCells<CellOfWorld, NetworkRow>(experiment, environment, {
    cells: worlds(settings),
    module: new URL("./worker.ts", import.meta.url),
    models,
    identity: { models: models.map(({ name, root }) => ({ name, root })) },
  });
  return {
    outcome: networkOutcome(rows),
    facts: transcriptFacts(models, experiment),
    headline: networkHeadline(rows),
    forgetJournal,
  };
}

function worlds({ populations, schedulings, runs }: NetworkSettings): Cell<CellOfWorld>[] {
  return populations.flatMap((population) =>
    schedulings.flatMap((scheduling) =>
      Array.from({ length: runs }, (_, run) => ({
        key: `${population}, ${scheduling}, run ${run}`,
        input: { population, scheduling, run },
      })),
    ),
  );
}
