/**
 * What makes cheating unprofitable under a scheme: the least stake over reward, or the least share of verified jobs, at which no
 * cheat earns more than an honest node. Costs are in units of honest one-token decoding; a cheat's acceptance is exact for
 * each output, and its mean and the intervals come from prompts (strategy-payoffs.ts).
 */

import type { Estimate } from "../../src/statistics/interval.ts";
import { minStakeRatio, minVerificationRate } from "./stakes.ts";
import {
  conservativeAcceptance,
  estimateOf,
  type Resampled,
  resample,
  type StrategyPayoff,
  type StrategyPayoffs,
} from "./strategy-payoffs.ts";

/** An honest node that a cheat must not outdo. */
export type Baseline = "honest" | "speculative";

export interface Frontier {
  /** What must be reached; Infinity where nothing is enough. */
  readonly least: Estimate;
  /** The cheat that asks for most, and the one that asks for next to most. */
  readonly binding: string;
  readonly runnerUp: string | null;
}

export function baselineOf(payoffs: StrategyPayoffs, yardstick: Baseline): StrategyPayoff | undefined {
  return yardstick === "honest" ? payoffs.honest : payoffs.speculative;
}

/** Stake over reward below which some cheat profits. `rewardOverCost`: reward in units of honest cost. */
export function minStakeFrontier(
  payoffs: StrategyPayoffs,
  scheme: string,
  terms: { readonly rewardOverCost: number; readonly verifiedShare: number; readonly yardstick: Baseline },
): Frontier {
  const { rewardOverCost, verifiedShare } = terms;
  return frontier(payoffs, scheme, terms.yardstick, (honest, cheat) =>
    minStakeRatio(rewardOverCost, verifiedShare, honest, cheat),
  );
}

/** Share of jobs below which some cheat profits; above 1 where even verifying all is not enough. */
export function minVerificationFrontier(
  payoffs: StrategyPayoffs,
  scheme: string,
  terms: { readonly rewardOverCost: number; readonly stakeRatio: number; readonly yardstick: Baseline },
): Frontier {
  const { rewardOverCost: reward, stakeRatio } = terms;
  return frontier(payoffs, scheme, terms.yardstick, (honest, cheat) =>
    minVerificationRate({ reward, stake: stakeRatio * reward }, honest, cheat),
  );
}

type Least = (honest: { acceptance: number; cost: number }, cheat: { acceptance: number; cost: number }) => number;

function frontier(payoffs: StrategyPayoffs, scheme: string, yardstick: Baseline, least: Least): Frontier {
  const honest = baselineOf(payoffs, yardstick)!;
  const honestAcceptance = honest.acceptance.get(scheme)!;
  const asked = payoffs.cheats
    .filter(({ acceptance }) => acceptance.has(scheme))
    .map((cheat) => {
      const acceptance = conservativeAcceptance(cheat, scheme);
      const needed: Resampled = resample((i) =>
        least(
          { acceptance: honestAcceptance[i]!, cost: honest.cost[i]! },
          { acceptance: acceptance[i]!, cost: cheat.cost[i]! },
        ),
      );
      return { label: cheat.label, needed };
    })
    .sort((a, b) => b.needed[0]! - a.needed[0]!);
  const most = resample((i) => asked.reduce((top, { needed }) => Math.max(top, needed[i]!), 0));
  const [binding, runnerUp] = asked;
  return { least: estimateOf(most), binding: binding!.label, runnerUp: runnerUp?.label ?? null };
}
