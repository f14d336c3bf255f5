import type { Experiment } from "../../experiment-file.ts";
import { type DisputesSettings, readingName } from "../../experiment-file-disputes.ts";
import type { DisputeRow } from "../../figures/disputes/measurement.ts";
import { disputesOutcome } from "../../figures/disputes/outcome.ts";
import { type Cell, runCells } from "../../runner/cells.ts";
import type { KindResult, RunEnvironment } from "../kind.ts";
import { modelsOf, takeInTranscripts, transcriptFacts } from "../transcripts.ts";
import { disputesHeadline } from "./headline.ts";

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
