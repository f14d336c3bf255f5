import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import { type Cell, runCells } from "../../src/lab/runner/cells.ts";
import { modelsOf, takeInTranscripts, transcriptFacts } from "../shared/transcripts.ts";
import { disputesOutcome } from "./analyse.ts";
import { disputesHeadline } from "./headline.ts";
import type { DisputeRow } from "./rows.ts";
import { type DisputesSettings, readingName } from "./settings.ts";

/** One scenario under one reading of the rules; a job for each prompt. */
export interface CellOfDisputes {
  readonly reading: number;
  readonly scenario: string;
}

/** Runs an experiment of kind `disputes`. */
export async function runDisputes(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as DisputesSettings;
  const models = await modelsOf(settings, environment.signal);
  takeInTranscripts(experiment, environment.resultsFolder);
  const { rows, forgetJournal } = await runCells<CellOfDisputes, DisputeRow>(experiment, environment, {
    cells: cellsOf(settings),
    module: new URL("./worker.ts", import.meta.url),
    models,
    identity: { models: models.map(({ name, root }) => ({ name, root })) },
  });
  return {
    outcome: disputesOutcome(rows),
    facts: transcriptFacts(models, experiment),
    headline: disputesHeadline(rows),
    forgetJournal,
  };
}

function cellsOf({ readings, scenarios }: DisputesSettings): Cell<CellOfDisputes>[] {
  return readings.flatMap((one, reading) =>
    scenarios.map((scenario) => ({ key: `${readingName(one)}, ${scenario}`, input: { reading, scenario } })),
  );
}
