import { type ClaimVerdict, type Part, verdictOf } from "../../src/lab/claims/verdict.ts";
import { inWords, percent } from "../../src/lab/format.ts";
import { breakEvenAcceptance, stakeRatioForBreakEven } from "../economics/stakes.ts";
import { publishedBreakEven } from "./published.ts";
import type { BreakEvenRow } from "./rows.ts";

/** Within this of 51 % a break-even point counts as 51 %. */
const MARGIN = 0.02;

/**
 * C7: a cheat must succeed more than 51 % of the time or lose money through its stake (blog, §2.5.7). Two parts: whether a node
 * that is caught more often than some share loses, which is p* of stakes.ts, and whether p* is 51 % at the stakes of this run.
 */
export function claimC7(rows: readonly BreakEvenRow[], sampling: string): ClaimVerdict {
  const ratios = [...new Set(rows.map(({ stakeRatio }) => stakeRatio))].sort((a, b) => a - b);
  const free = ratios.map((ratio) => breakEvenAcceptance({ reward: 1, stake: ratio, verifiedShare: 1 }, 0));
  const near = (p: number) => Math.abs(p - publishedBreakEven.acceptance) < MARGIN;
  const isIt: Part = free.every(near) ? "confirmed" : "refuted";
  const cheats = rows.filter((row) => row.kind === "cheat" && row.sampling === sampling && row.verifiedShare === 1);
  const under = cheats.filter(({ acceptanceHigh }) => acceptanceHigh < publishedBreakEven.acceptance);
  const paying = under.filter(({ gainOverHonestLow }) => gainOverHonestLow > 0);
  const most = paying.toSorted((a, b) => b.gainOverHonest - a.gainOverHonest)[0];
  const threshold: Part = cheats.every(
    (row) =>
      Math.sign(row.profit) === Math.sign(row.acceptance - row.breakEvenAcceptance) || Math.abs(row.profit) < 1e-9,
  )
    ? "confirmed"
    : "refuted";
  const example =
    most === undefined
      ? `Of the cheats that pass less often than that, none earns more than honest work at the stakes of this run.`
      : `So "${most.strategy}", accepted ${percent(most.acceptance)} of the time by ${most.scheme}, still earns ${inWords(most.gainOverHonest)} ` +
        `[${inWords(most.gainOverHonestLow)} to ${inWords(most.gainOverHonestHigh)}] costs of honest work more than honest work, at a stake of ${inWords(most.stakeRatio)} rewards.`;
  return {
    claim: "C7",
    subject: sampling,
    verdict: verdictOf([threshold, isIt]),
    sentence:
      `A cheat pays above p* = (stake + cost) / (reward + stake). For one that costs nothing that is ${percent(publishedBreakEven.acceptance)} at a stake of ` +
      `${inWords(stakeRatioForBreakEven(publishedBreakEven.acceptance))} rewards, and nowhere else: at ${inWords(ratios[0]!)} rewards it is ${percent(free[0]!)}, at ` +
      `${inWords(ratios.at(-1)!)} it is ${percent(free.at(-1)!)} (computed exactly). ${example}`,
    number: {
      what: "stake over reward at which the break-even acceptance of a free cheat is 51 %",
      value: stakeRatioForBreakEven(publishedBreakEven.acceptance),
      low: null,
      high: null,
    },
    obtained: "computed exactly",
  };
}
