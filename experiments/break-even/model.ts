import type { MarketTerms } from "../economics/settings.ts";
import { breakEvenAcceptance, breakEvenAgainst, expectedProfit, type Stakes } from "../economics/stakes.ts";
import {
  conservativeAcceptance,
  estimateOf,
  resample,
  type StrategyPayoff,
  type StrategyPayoffs,
} from "../economics/strategy-payoffs.ts";
import type { BreakEvenRow } from "./rows.ts";

/** Every strategy under every priced scheme, stake and share of verified jobs. */
export function breakEvenRows(
  payoffs: readonly StrategyPayoffs[],
  { schemes, rewardOverCost, stakeRatios, verifiedShares }: MarketTerms,
): BreakEvenRow[] {
  return payoffs.flatMap((under) =>
    schemes
      .filter((scheme) => under.schemes.includes(scheme))
      .flatMap((scheme) =>
        [...under.variations, ...under.cheats]
          .filter(({ acceptance }) => acceptance.has(scheme))
          .flatMap((payoff) =>
            stakeRatios.flatMap((stakeRatio) =>
              verifiedShares.map((verifiedShare) => {
                const stakes = { reward: rewardOverCost, stake: stakeRatio * rewardOverCost, verifiedShare };
                return breakEvenRow(under, payoff, scheme, stakeRatio, stakes);
              }),
            ),
          ),
      ),
  );
}

function breakEvenRow(
  { sampling, honest, speculative }: StrategyPayoffs,
  payoff: StrategyPayoff,
  scheme: string,
  stakeRatio: number,
  stakes: Stakes,
): BreakEvenRow {
  const accepted = estimateOf(payoff.acceptance.get(scheme)!);
  const conservative = conservativeAcceptance(payoff, scheme);
  const profitOf = (own: StrategyPayoff) => {
    const acceptance = own.acceptance.get(scheme)!;
    return resample((i) => expectedProfit(stakes, { acceptance: acceptance[i]!, cost: own.cost[i]! }));
  };
  const profits = profitOf(payoff);
  const profit = estimateOf(profits);
  const gainOver = (other: StrategyPayoff) => {
    const others = profitOf(other);
    return estimateOf(resample((i) => profits[i]! - others[i]!));
  };
  // After no acceptance the resamples know of no luck: the bound stands in for the upper ends.
  const luck = accepted.value === 0 ? stakes.verifiedShare * conservative[0]! * (stakes.reward + stakes.stake) : 0;
  const gain = gainOver(honest);
  const gainOverSpeculative = speculative?.acceptance.has(scheme) ? gainOver(speculative) : null;
  const cost = payoff.cost[0]!;
  return {
    sampling,
    strategy: payoff.label,
    kind: payoff.kind,
    scheme,
    rewardOverCost: stakes.reward,
    stakeRatio,
    verifiedShare: stakes.verifiedShare,
    prompts: payoff.prompts,
    cost,
    acceptance: accepted.value,
    acceptanceLow: accepted.low,
    acceptanceHigh: accepted.value === 0 ? conservative[0]! : accepted.high,
    profit: profit.value,
    profitLow: profit.low,
    profitHigh: profit.high + luck,
    gainOverHonest: gain.value,
    gainOverHonestLow: gain.low,
    gainOverHonestHigh: gain.high + luck,
    gainOverSpeculative: gainOverSpeculative?.value ?? null,
    gainOverSpeculativeLow: gainOverSpeculative?.low ?? null,
    gainOverSpeculativeHigh: gainOverSpeculative === null ? null : gainOverSpeculative.high + luck,
    breakEvenAcceptance: breakEvenAcceptance(stakes, cost),
    breakEvenAgainstHonest: breakEvenAgainst(
      stakes,
      { acceptance: honest.acceptance.get(scheme)![0]!, cost: honest.cost[0]! },
      cost,
    ),
  };
}
