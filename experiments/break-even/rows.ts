import { choice, number, orNull, type RowIn, rowTable, text } from "../../src/lab/results/row-table.ts";

const cost = "costs of honest one-token decoding";

/** One strategy under one scheme at one stake and share of verified jobs. Money is in units of honest one-token decoding. */
export const breakEvenRowTable = rowTable("Expected profit of every strategy under every scheme and terms", {
  sampling: text("how tokens were picked"),
  strategy: text("how the jobs were answered"),
  kind: choice(["cheat", "honest-variation"], "cheat or honest-variation"),
  scheme: text("verification scheme with its parameters"),
  rewardOverCost: number(cost, "reward of a job"),
  stakeRatio: number(null, "stake over reward"),
  verifiedShare: number(null, "share of jobs that are verified"),
  prompts: number(null, "prompts behind acceptance and cost"),
  cost: number(cost, "mean cost of a job, from ledgers and the hardware profile (modelled)"),
  acceptance: number(null, "mean P(accept) of a verification, exact for each output"),
  acceptanceLow: number(null, "lower end of its 95 % interval over prompts"),
  acceptanceHigh: number(null, "upper end; after no acceptance the bound for zero events"),
  profit: number(cost, "expected profit of a job"),
  profitLow: number(cost, "lower end of its 95 % interval"),
  profitHigh: number(cost, "upper end"),
  gainOverHonest: number(cost, "profit less that of honest one-token decoding"),
  gainOverHonestLow: number(cost, "lower end of its 95 % interval, paired by prompt"),
  gainOverHonestHigh: number(cost, "upper end"),
  gainOverSpeculative: orNull(
    number(cost, "profit less that of honest speculative decoding; empty where it was not run"),
  ),
  gainOverSpeculativeLow: orNull(number(cost, "lower end of its 95 % interval, paired by prompt")),
  gainOverSpeculativeHigh: orNull(number(cost, "upper end")),
  /** The acceptance above which the strategy pays at all; null where none is needed or none is enough. */
  breakEvenAcceptance: number(null, "p*: acceptance above which it pays at all; 0 or less: always"),
  /** The acceptance above which it pays better than honest one-token decoding. */
  breakEvenAgainstHonest: number(null, "acceptance above which it pays better than honest one-token decoding"),
});
export type BreakEvenRow = RowIn<typeof breakEvenRowTable>;
