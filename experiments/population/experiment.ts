import { type CollectedRows, defineExperiment, type RunEnvironment } from "../../src/lab/experiment/define.ts";
import type { Experiment } from "../../src/lab/experiment/file.ts";
import { inWords, percent } from "../../src/lab/format.ts";
import type { Cell } from "../../src/lab/runner/cells.ts";
import { Streams } from "../../src/sim/streams.ts";
import { attackCells } from "../attack/cells.ts";
import { attackLists } from "../attack/lists.ts";
import type { AttackRow } from "../attack/rows.ts";
import {
  payoffs as samplePlays,
  populationSettings as sampleSettings,
  simulated as sampleSimulated,
} from "../economics/sample.ts";
import { type PopulationSettings, populationSettings } from "../economics/settings.ts";
import { strategyPayoffs } from "../economics/strategy-payoffs.ts";
import { transcriptRows } from "../shared/transcripts.ts";
import { analysePopulation } from "./analyse.ts";
import {
  checkBudgetOf,
  checkCells,
  checkedStrategies,
  checkRows,
  meanHonestHours,
  type SimulatedKind,
} from "./checks.ts";
import { populationMetrics } from "./compare.ts";
import { disagreements } from "./disagreement.ts";
import { restingRows } from "./grid.ts";
import { type PopulationRow, populationRowTable } from "./rows.ts";
import type { PopulationCell } from "./worker.ts";

/** Which nodes remain where all follow what pays: measured outputs, a mean field over a grid of terms, and simulations that check it. */
export const population = defineExperiment({
  name: "population",
  settings: populationSettings,
  expectedCost: { secondsPerCell: 5, bytesPerCell: 8_400, bytesOnce: 1_600_000 },
  figures: ["resting-share", "predicted-against-simulated"],
  collect: restingAndChecked,
  rows: populationRowTable,
  analyse: analysePopulation,
  consoleSummary,
  metrics: populationMetrics,
  sample: () => ({
    rows: [
      ...restingRows(samplePlays[0]!, sampleSettings),
      ...checkRows(sampleSimulated, samplePlays[0]!, sampleSettings, 0.001),
    ],
    change: ({ cheatShare }) => ({ cheatShare: cheatShare === null ? null : cheatShare / 2 }),
    changes: ["cheatShare"],
  }),
});

/** Outputs and simulations, then a grid of resting populations from the outputs. */
async function restingAndChecked(
  experiment: Experiment<PopulationSettings>,
  environment: RunEnvironment,
): Promise<CollectedRows<PopulationRow>> {
  const { settings, seed } = experiment;
  checkedStrategies(experiment, settings);
  for (const point of settings.check.points) checkBudgetOf(experiment, point);
  const outputs = attackCells(experiment).map(
    ({ key, input }): Cell<PopulationCell> => ({ key, input: { jobs: input } }),
  );
  const checks = checkCells(settings).map(({ key, input }): Cell<PopulationCell> => ({ key, input: { check: input } }));
  const collected = await transcriptRows<PopulationCell, AttackRow | SimulatedKind>(experiment, environment, {
    cells: [...outputs, ...checks],
    module: new URL("./worker.ts", import.meta.url),
    lists: attackLists(experiment),
  });
  const attacks = collected.rows.filter((row) => "accept" in row);
  const simulated = collected.rows.filter((row) => "earnedCoins" in row);
  const [payoffs] = strategyPayoffs(attacks, new Streams(seed));
  const honestHours = meanHonestHours(
    attacks.filter((row) => row.split === "evaluation" && row.sampling === payoffs!.sampling),
  );
  const rows = [...restingRows(payoffs!, settings), ...checkRows(simulated, payoffs!, settings, honestHours)];
  return { ...collected, rows };
}

/** More cheats than exploration alone keeps alive. */
const HELD = 0.05;

/** The few numbers that matter: how many points of the grid cheats hold, and how far simulations lie from the mean field. */
function consoleSummary(rows: readonly PopulationRow[]): string[] {
  const grid = rows.filter(({ about }) => about === "grid");
  const bySchemes = [...Map.groupBy(grid, ({ scheme }) => scheme)].map(([scheme, own]) => {
    const held = own.filter(({ cheatShare }) => cheatShare! > HELD).length;
    return `${scheme}: cheats hold more than ${100 * HELD} % of the nodes at ${held} of ${own.length} points of stake, share and false rejects`;
  });
  const checks = disagreements(rows).map(
    ({ scheme, stakeRatio, verifiedShare, strategy, predicted, simulated }) =>
      `simulated at stake ${inWords(stakeRatio)}, ${percent(verifiedShare)} verified, ${scheme}: ${strategy} earns ${inWords(simulated.value)} ` +
      `[${inWords(simulated.low)} to ${inWords(simulated.high)}] rewards per node and hour, predicted ${inWords(predicted)}`,
  );
  return [...bySchemes, ...checks];
}
