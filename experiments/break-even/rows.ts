import { numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";

/** One strategy under one scheme at one stake and share of verified jobs. Money is in units of honest one-token decoding. */
export interface BreakEvenRow {
  readonly sampling: string;
  readonly strategy: string;
  readonly kind: "cheat" | "honest-variation";
  readonly scheme: string;
  readonly rewardOverCost: number;
  readonly stakeRatio: number;
  readonly verifiedShare: number;
  readonly prompts: number;
  readonly cost: number;
  readonly acceptance: number;
  readonly acceptanceLow: number;
  readonly acceptanceHigh: number;
  readonly profit: number;
  readonly profitLow: number;
  readonly profitHigh: number;
  readonly gainOverHonest: number;
  readonly gainOverHonestLow: number;
  readonly gainOverHonestHigh: number;
  readonly gainOverSpeculative: number | null;
  readonly gainOverSpeculativeLow: number | null;
  readonly gainOverSpeculativeHigh: number | null;
  /** The acceptance above which the strategy pays at all; null where none is needed or none is enough. */
  readonly breakEvenAcceptance: number;
  /** The acceptance above which it pays better than honest one-token decoding. */
  readonly breakEvenAgainstHonest: number;
}

export function breakEvenRowsTable(rows: readonly BreakEvenRow[]): TableOf<BreakEvenRow> {
  const cost = "costs of honest one-token decoding";
  return {
    file: "rows.csv",
    caption: "Expected profit of every strategy under every scheme and terms",
    columns: [
      textColumn("sampling", "how tokens were picked"),
      textColumn("strategy", "how the jobs were answered"),
      textColumn("kind", "cheat or honest-variation"),
      textColumn("scheme", "verification scheme with its parameters"),
      numberColumn("rewardOverCost", cost, "reward of a job"),
      numberColumn("stakeRatio", null, "stake over reward"),
      numberColumn("verifiedShare", null, "share of jobs that are verified"),
      numberColumn("prompts", null, "prompts behind acceptance and cost"),
      numberColumn("cost", cost, "mean cost of a job, from ledgers and the hardware profile (modelled)"),
      numberColumn("acceptance", null, "mean P(accept) of a verification, exact for each output"),
      numberColumn("acceptanceLow", null, "lower end of its 95 % interval over prompts"),
      numberColumn("acceptanceHigh", null, "upper end; after no acceptance the bound for zero events"),
      numberColumn("profit", cost, "expected profit of a job"),
      numberColumn("profitLow", cost, "lower end of its 95 % interval"),
      numberColumn("profitHigh", cost, "upper end"),
      numberColumn("gainOverHonest", cost, "profit less that of honest one-token decoding"),
      numberColumn("gainOverHonestLow", cost, "lower end of its 95 % interval, paired by prompt"),
      numberColumn("gainOverHonestHigh", cost, "upper end"),
      numberColumn(
        "gainOverSpeculative",
        cost,
        "profit less that of honest speculative decoding; empty where it was not run",
      ),
      numberColumn("gainOverSpeculativeLow", cost, "lower end of its 95 % interval, paired by prompt"),
      numberColumn("gainOverSpeculativeHigh", cost, "upper end"),
      numberColumn("breakEvenAcceptance", null, "p*: acceptance above which it pays at all; 0 or less: always"),
      numberColumn(
        "breakEvenAgainstHonest",
        null,
        "acceptance above which it pays better than honest one-token decoding",
      ),
    ],
    rows,
  };
}
