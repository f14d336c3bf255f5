/**
 * The parameters under which no cheat of the library earns more than honest work, at the least cost. A search over schemes (and so
 * over k): at a given stake the least share of verified jobs is in closed form (stakes.ts), so nothing is iterated, and since a higher
 * stake never asks for more verification, the highest allowed one is taken.
 */
import type { Estimate } from "../../src/statistics/interval.ts";
import { zeroEventsUpperBound } from "../../src/statistics/zero-events.ts";
import { schemeNamed } from "../attack/columns.ts";
import { type Baseline, baselineOf, minVerificationFrontier } from "./frontier.ts";
import { expectedProfit, type Stakes } from "./stakes.ts";
import { conservativeAcceptance, estimateOf, resample, type StrategyPayoffs } from "./strategy-payoffs.ts";

export type Minimised = "verification-cost" | "security-cost" | "verified-share";

export interface SolveTerms {
  readonly rewardOverCost: number;
  /** The highest stake over reward that honest nodes can be asked for. */
  readonly stakeRatio: number;
  readonly yardstick: Baseline;
  readonly minimise: Minimised;
}

export interface Solution {
  readonly scheme: string;
  readonly stakeRatio: number;
  /** Least share of jobs at the point estimate with its interval. The share to use is `high`. */
  readonly leastVerifiedShare: Estimate;
  readonly binding: string;
  readonly runnerUp: string | null;
  /** Under the share to use: what the honest node earns more than the binding cheat, in costs of honest work. */
  readonly margin: Estimate;
  /** One verification over one generation. */
  readonly verificationOverGeneration: number;
  /** Verification work for a job at the share to use. */
  readonly verificationCost: number;
  readonly falseReject: Estimate;
  /** Verification work and what honest nodes lose to false rejects, for a job at the share to use. */
  readonly securityCost: number;
  readonly honestProfit: number;
}

/** Every scheme that leaves no cheat a profit even at the upper end of its interval, the cheapest first. */
export function solve(payoffs: StrategyPayoffs, terms: SolveTerms, workOf: (scheme: string) => number): Solution[] {
  const honest = baselineOf(payoffs, terms.yardstick);
  if (honest === undefined) return [];
  return payoffs.schemes
    .filter((scheme) => honest.acceptance.has(scheme) && schemeNamed(scheme).family !== "proof-of-sampling") // the share is what is solved for
    .flatMap((scheme) => solutionFor(payoffs, scheme, terms, workOf(scheme)) ?? [])
    .sort((a, b) => measureOf(a, terms.minimise) - measureOf(b, terms.minimise));
}

function measureOf({ verificationCost, securityCost, leastVerifiedShare }: Solution, minimise: Minimised): number {
  if (minimise === "verified-share") return leastVerifiedShare.high;
  return minimise === "verification-cost" ? verificationCost : securityCost;
}

function solutionFor(
  payoffs: StrategyPayoffs,
  scheme: string,
  { rewardOverCost: reward, stakeRatio, yardstick }: SolveTerms,
  verificationOverGeneration: number,
): Solution | null {
  const { least, binding, runnerUp } = minVerificationFrontier(payoffs, scheme, {
    rewardOverCost: reward,
    stakeRatio,
    yardstick,
  });
  if (!(least.high <= 1)) return null;
  const honest = baselineOf(payoffs, yardstick)!;
  const cheat = payoffs.cheats.find(({ label }) => label === binding)!;
  const stakes: Stakes = { reward, stake: stakeRatio * reward, verifiedShare: least.high };
  const honestAcceptance = honest.acceptance.get(scheme)!;
  const conservative = conservativeAcceptance(cheat, scheme);
  const profit = (i: number) => expectedProfit(stakes, { acceptance: honestAcceptance[i]!, cost: honest.cost[i]! });
  const rejects = estimateOf(honestAcceptance.map((accepted) => 1 - accepted));
  const falseReject = rejects.value === 0 ? { ...rejects, high: zeroEventsUpperBound(honest.prompts) } : rejects;
  const honestProfit = profit(0);
  if (honestProfit <= 0) return null; // nobody honest would stay
  const verificationCost = least.high * verificationOverGeneration;
  return {
    scheme,
    stakeRatio,
    leastVerifiedShare: least,
    binding,
    runnerUp,
    margin: estimateOf(
      resample((i) => profit(i) - expectedProfit(stakes, { acceptance: conservative[i]!, cost: cheat.cost[i]! })),
    ),
    verificationOverGeneration,
    verificationCost,
    falseReject,
    securityCost: verificationCost + least.high * falseReject.value * (reward + stakes.stake),
    honestProfit,
  };
}
