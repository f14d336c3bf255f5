import type { PopulationTerms } from "../economics/settings.ts";
import { expectedProfit, type Stakes } from "../economics/stakes.ts";
import type { StrategyPayoff, StrategyPayoffs } from "../economics/strategy-payoffs.ts";
import { type PopulationStrategy, stationaryPopulation } from "./dynamics.ts";
import type { PopulationRow } from "./rows.ts";

/** Nodes at the start; only their number over the jobs matters. */
const START_NODES = 100;

/** Every combination of scheme, stake, share of verified jobs and extra false rejects, at rest. */
export function restingRows(payoffs: StrategyPayoffs, settings: PopulationTerms): PopulationRow[] {
  const { schemes, stakeRatios, verifiedShares, falseRejects } = settings;
  return schemes
    .filter((scheme) => payoffs.schemes.includes(scheme))
    .flatMap((scheme) =>
      falseRejects.flatMap((falseReject) =>
        stakeRatios.flatMap((stakeRatio) =>
          verifiedShares.map((verifiedShare) =>
            restingRow(payoffs, settings, { scheme, stakeRatio, verifiedShare, falseReject }),
          ),
        ),
      ),
    );
}

interface Point {
  readonly scheme: string;
  readonly stakeRatio: number;
  readonly verifiedShare: number;
  readonly falseReject: number;
}

function restingRow(payoffs: StrategyPayoffs, settings: PopulationTerms, point: Point): PopulationRow {
  const { rewardOverCost, load, outsideShare } = settings;
  const stakes = stakesAt(settings, point);
  const honest = [payoffs.honest, ...(payoffs.speculative?.acceptance.has(point.scheme) ? [payoffs.speculative] : [])];
  const cheats = payoffs.cheats.filter(({ acceptance }) => acceptance.has(point.scheme));
  const population = [
    ...honest.map((payoff) => populationPlay(payoff, point.scheme, stakes, point.falseReject)),
    ...cheats.map((payoff) => populationPlay(payoff, point.scheme, stakes, 0)),
  ];
  // An honest job keeps a node busy for one unit of time and costs one unit.
  const rest = stationaryPopulation(population, {
    jobsPerHour: load * START_NODES,
    nodes: START_NODES,
    outsidePerHour: outsideShare * (rewardOverCost - 1),
    openToEntry: true,
  });
  const ofCheats = rest.shares.slice(honest.length);
  const largest = ofCheats.indexOf(Math.max(...ofCheats));
  return {
    about: "grid",
    sampling: payoffs.sampling,
    ...point,
    rewardOverCost,
    cheatShare: ofCheats.reduce((sum, share) => sum + share, 0),
    largestCheat: cheats[largest]!.label,
    largestCheatShare: ofCheats[largest]!,
    speculativeShare: honest.length > 1 ? rest.shares[1]! : null,
    nodesOverStart: rest.nodes / START_NODES,
    steps: rest.steps,
    atRest: rest.converged,
    run: null,
    nodes: null,
    paidJobs: null,
    slashes: null,
    predictedPerNodeHour: null,
    simulatedPerNodeHour: null,
  };
}

export function stakesAt(
  { rewardOverCost: reward }: PopulationTerms,
  { stakeRatio, verifiedShare }: Pick<Point, "stakeRatio" | "verifiedShare">,
): Stakes {
  return { reward, stake: stakeRatio * reward, verifiedShare };
}

function populationPlay(
  payoff: StrategyPayoff,
  scheme: string,
  stakes: Stakes,
  falseReject: number,
): PopulationStrategy {
  const acceptance = payoff.acceptance.get(scheme)![0]! * (1 - falseReject);
  const cost = payoff.cost[0]!;
  return { name: payoff.label, profitPerJob: expectedProfit(stakes, { acceptance, cost }), hoursPerJob: cost };
}
