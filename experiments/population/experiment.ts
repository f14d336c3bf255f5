import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import { type Cell, runCells } from "../../src/lab/runner/cells.ts";
import { Streams } from "../../src/sim/streams.ts";
import { attackCells } from "../attack/cells.ts";
import type { AttackRow } from "../attack/rows.ts";
import { attackIdentity } from "../attack/run.ts";
import { measuredPlays } from "../economics/measured-plays.ts";
import type { PopulationSettings } from "../economics/settings.ts";
import { modelsOf, takeInTranscripts, transcriptFacts } from "../shared/transcripts.ts";
import { populationOutcome } from "./analyse.ts";
import {
  checkBudgetOf,
  checkCells,
  checkedStrategies,
  checkRows,
  meanHonestHours,
  type SimulatedKind,
} from "./checks.ts";
import { restingRows } from "./grid.ts";
import { populationHeadline } from "./headline.ts";
import type { PopulationCell } from "./worker.ts";

/** Runs an experiment of kind `population`: outputs and simulations, then a grid of resting populations from the outputs. */
export async function runPopulation(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as PopulationSettings;
  checkedStrategies(experiment, settings);
  for (const point of settings.check.points) checkBudgetOf(experiment, point);
  const models = await modelsOf(settings, environment.signal);
  takeInTranscripts(experiment, environment.resultsFolder);
  const outputs = attackCells(settings).map(
    ({ key, input }): Cell<PopulationCell> => ({ key, input: { jobs: input } }),
  );
  const checks = checkCells(settings).map(({ key, input }): Cell<PopulationCell> => ({ key, input: { check: input } }));
  const { rows, forgetJournal } = await runCells<PopulationCell, AttackRow | SimulatedKind>(experiment, environment, {
    cells: [...outputs, ...checks],
    module: new URL("./worker.ts", import.meta.url),
    models,
    identity: attackIdentity(models),
  });
  const attacks = rows.filter((row) => "accept" in row);
  const simulated = rows.filter((row) => "earnedCoins" in row);
  const [plays] = measuredPlays(attacks, new Streams(experiment.seed));
  const honestHours = meanHonestHours(
    attacks.filter((row) => row.split === "evaluation" && row.sampling === plays!.sampling),
  );
  const made = [...restingRows(plays!, settings), ...checkRows(simulated, plays!, settings, honestHours)];
  return {
    outcome: populationOutcome(made),
    facts: transcriptFacts(models, experiment),
    headline: populationHeadline(made),
    forgetJournal,
  };
}
