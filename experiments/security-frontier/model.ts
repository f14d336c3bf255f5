import type { Hardware } from "../../src/actors/hardware-profile.ts";
import { honestBaseline } from "../../src/actors/strategies/standard.ts";
import { zeroEventsUpperBound } from "../../src/statistics/zero-events.ts";
import type { AttackRow } from "../attack/rows.ts";
import { type Baseline, baselineOf, minStakeFrontier, minVerificationFrontier } from "../economics/frontier.ts";
import { expectedProfit } from "../economics/stakes.ts";
import { estimateOf, type StrategyPayoff, type StrategyPayoffs } from "../economics/strategy-payoffs.ts";
import { verificationOverGeneration } from "../economics/verification-work.ts";
import type { FrontierRow } from "./rows.ts";

export interface FrontierTerms {
  readonly schemes: readonly string[];
  readonly rewardOverCost: number;
  readonly stakeRatios: readonly number[];
}

const baselines: readonly Baseline[] = ["honest", "speculative"];

/** For every priced scheme, stake and yardstick. `outputs` are the evaluated rows behind the plays. */
export function frontierRows(
  payoffs: readonly StrategyPayoffs[],
  outputs: readonly AttackRow[],
  { schemes, rewardOverCost, stakeRatios }: FrontierTerms,
  hardware: Hardware,
  modelRoot: string,
): FrontierRow[] {
  return payoffs.flatMap((under) => {
    const honestOutputs = outputs.filter(
      (row) => row.split === "evaluation" && row.sampling === under.sampling && row.strategy === honestBaseline.label,
    );
    return schemes
      .filter((scheme) => under.schemes.includes(scheme))
      .flatMap((scheme) => {
        const work = verificationOverGeneration(scheme, honestOutputs, hardware, modelRoot);
        return baselines
          .filter((yardstick) => baselineOf(under, yardstick)?.acceptance.has(scheme))
          .flatMap((yardstick) => {
            const { least } = minStakeFrontier(under, scheme, { rewardOverCost, verifiedShare: 1, yardstick });
            return stakeRatios.map((stakeRatio) => ({
              ...frontierRow(under, scheme, { yardstick, rewardOverCost, stakeRatio }, work),
              leastStakeRatioAllVerified: finite(least.value),
              leastStakeRatioAllVerifiedLow: finite(least.low),
              leastStakeRatioAllVerifiedHigh: finite(least.high),
            }));
          });
      });
  });
}

function frontierRow(
  payoffs: StrategyPayoffs,
  scheme: string,
  terms: { readonly yardstick: Baseline; readonly rewardOverCost: number; readonly stakeRatio: number },
  verificationOverGeneration: number,
): Omit<FrontierRow, `leastStakeRatioAllVerified${string}`> {
  const { yardstick, rewardOverCost: reward, stakeRatio } = terms;
  const { least, binding, runnerUp } = minVerificationFrontier(payoffs, scheme, terms);
  const honest = baselineOf(payoffs, yardstick)!;
  const rejects = falseRejectOf(honest, scheme);
  const enough = least.value <= 1;
  const stakes = { reward, stake: stakeRatio * reward, verifiedShare: least.value };
  const acceptance = 1 - rejects.value;
  return {
    sampling: payoffs.sampling,
    scheme,
    yardstick,
    rewardOverCost: reward,
    stakeRatio,
    prompts: honest.prompts,
    leastVerifiedShare: finite(least.value),
    leastVerifiedShareLow: finite(least.low),
    leastVerifiedShareHigh: finite(least.high),
    binding,
    runnerUp,
    verificationOverGeneration,
    falseReject: rejects.value,
    falseRejectLow: rejects.low,
    falseRejectHigh: rejects.high,
    verificationCost: enough ? least.value * verificationOverGeneration : null,
    honestLoss: enough ? least.value * rejects.value * (reward + stakes.stake) : null,
    honestProfit: enough ? expectedProfit(stakes, { acceptance, cost: honest.cost[0]! }) : null,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function falseRejectOf(payoff: StrategyPayoff, scheme: string) {
  const { value, low, high } = estimateOf(payoff.acceptance.get(scheme)!.map((accepted) => 1 - accepted));
  return { value, low, high: value === 0 ? zeroEventsUpperBound(payoff.prompts) : high };
}
