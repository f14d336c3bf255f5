/** Whole simulations of some points of the grid, beside what the mean field predicts for them. */
import { honestBaseline, type StandardStrategy, standardStrategies } from "../../src/actors/strategies/standard.ts";
import { type Experiment, ExperimentFileError } from "../../src/lab/experiment/file.ts";
import type { Cell } from "../../src/lab/runner/cells.ts";
import { blogBudgetOf } from "../attack/columns.ts";
import type { AttackRow } from "../attack/rows.ts";
import type { PopulationTerms } from "../economics/settings.ts";
import { slashRisk } from "../economics/stakes.ts";
import type { StrategyPayoffs } from "../economics/strategy-payoffs.ts";
import { earningsPerNodeHour, type PopulationStrategy } from "./dynamics.ts";
import { stakesAt } from "./grid.ts";
import type { PopulationRow } from "./rows.ts";

export type CheckPoint = PopulationTerms["check"]["points"][number];

export interface CheckedRun {
  readonly point: CheckPoint;
  readonly run: number;
}

/** What one kind of node came to in one simulation. */
export interface SimulatedKind {
  readonly point: CheckPoint;
  readonly run: number;
  readonly strategy: string;
  readonly nodes: number;
  readonly paidJobs: number;
  readonly slashes: number;
  readonly earnedCoins: number;
}

export function checkCells({ check }: PopulationTerms): Cell<CheckedRun>[] {
  return check.points.flatMap((point) =>
    Array.from({ length: check.runs }, (_, run) => ({
      key: `check ${point.scheme}, stake ${point.stakeRatio}, verified ${point.verifiedShare}, run ${run}`,
      input: { point, run },
    })),
  );
}

/** Honest nodes and the cheats of the settings. Throws ExperimentFileError for a label that is none. */
export function checkedStrategies({ given }: Experiment, { check }: PopulationTerms): StandardStrategy[] {
  return [honestBaseline.label, ...check.cheats].map((label, i) => {
    const found = standardStrategies.find((strategy) => strategy.label === label);
    if (found === undefined)
      throw new ExperimentFileError([
        `${given.file} check.cheats.${i - 1}: expected one of ${standardStrategies.map((strategy) => strategy.label).join("; ")}; found ${label}`,
      ]);
    return found;
  });
}

/** k of a point's scheme: simulated clients verify by RASTiC as in the blog. Throws ExperimentFileError for another scheme. */
export function checkBudgetOf({ given }: Experiment, { scheme }: CheckPoint): number {
  const budget = blogBudgetOf(scheme);
  if (budget === null)
    throw new ExperimentFileError([
      `${given.file} check.points: expected schemes "rastic blog k=N", which simulated clients use; found ${scheme}`,
    ]);
  return budget;
}

/** Of a job of an honest node, over these outputs. */
export function meanHonestHours(outputs: readonly Pick<AttackRow, "strategy" | "workMs">[]): number {
  const honest = outputs.filter(({ strategy }) => strategy === honestBaseline.label);
  return honest.reduce((sum, { workMs }) => sum + workMs, 0) / honest.length / 3.6e6;
}

/** Hours in which the jobs of a simulation are posted, so that nodes are as loaded as in the grid. */
export function postingHours({ check, load }: PopulationTerms, honestHoursPerJob: number): number {
  const nodes = check.nodesOfEach * (1 + check.cheats.length);
  return (check.jobs * honestHoursPerJob) / (load * nodes);
}

/** Simulated earnings beside the mean field's for the same nodes, both in rewards for each hour in which jobs were posted. */
export function checkRows(
  simulated: readonly SimulatedKind[],
  payoffs: StrategyPayoffs,
  settings: PopulationTerms,
  honestHoursPerJob: number,
): PopulationRow[] {
  const { check, rewardOverCost } = settings;
  const hours = postingHours(settings, honestHoursPerJob);
  return simulated.map(({ point, run, strategy, nodes, paidJobs, slashes, earnedCoins }) => ({
    about: "check" as const,
    sampling: payoffs.sampling,
    ...point,
    rewardOverCost,
    falseReject: 0,
    cheatShare: null,
    largestCheatShare: null,
    speculativeShare: null,
    nodesOverStart: null,
    steps: null,
    atRest: null,
    strategy,
    run,
    nodes,
    paidJobs,
    slashes,
    predictedPerNodeHour: predicted(payoffs, settings, point, honestHoursPerJob).get(strategy)!,
    simulatedPerNodeHour: earnedCoins / check.rewardCoins / (nodes * hours),
  }));
}

/** Income less lost stakes, in rewards; what the work costs is paid to nobody in the simulation. */
function predicted(
  payoffs: StrategyPayoffs,
  settings: PopulationTerms,
  point: CheckPoint,
  honestHoursPerJob: number,
): Map<string, number> {
  const { check } = settings;
  const { verifiedShare, stakeRatio } = point;
  const stakes = stakesAt(settings, { verifiedShare, stakeRatio });
  const kinds = [payoffs.honest, ...payoffs.cheats.filter(({ label }) => check.cheats.includes(label))];
  const population = kinds.map((payoff): PopulationStrategy => {
    const risk = slashRisk(stakes, payoff.acceptance.get(point.scheme)![0]!);
    return {
      name: payoff.label,
      profitPerJob: 1 - risk * (1 + stakeRatio),
      hoursPerJob: payoff.cost[0]! * honestHoursPerJob,
    };
  });
  const nodes = check.nodesOfEach * kinds.length;
  const earned = earningsPerNodeHour(
    population,
    kinds.map(() => 1 / kinds.length),
    { jobsPerHour: check.jobs / postingHours(settings, honestHoursPerJob), nodes },
  );
  return new Map(kinds.map(({ label }, i) => [label, earned[i]!]));
}
