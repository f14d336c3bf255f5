import type { TableOf } from "../../results/table.ts";

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
  const number = (name: keyof BreakEvenRow & string, unit: string | null, description: string) => ({
    name,
    type: "number" as const,
    unit,
    description,
  });
  const text = (name: keyof BreakEvenRow & string, description: string) => ({
    name,
    type: "text" as const,
    unit: null,
    description,
  });
  return {
    file: "rows.csv",
    caption: "Expected profit of every strategy under every scheme and terms",
    columns: [
      text("sampling", "how tokens were picked"),
      text("strategy", "how the jobs were answered"),
      text("kind", "cheat or honest-variation"),
      text("scheme", "verification scheme with its parameters"),
      number("rewardOverCost", cost, "reward of a job"),
      number("stakeRatio", null, "stake over reward"),
      number("verifiedShare", null, "share of jobs that are verified"),
      number("prompts", null, "prompts behind acceptance and cost"),
      number("cost", cost, "mean cost of a job, from ledgers and the hardware profile (modelled)"),
      number("acceptance", null, "mean P(accept) of a verification, exact for each output"),
      number("acceptanceLow", null, "lower end of its 95 % interval over prompts"),
      number("acceptanceHigh", null, "upper end; after no acceptance the bound for zero events"),
      number("profit", cost, "expected profit of a job"),
      number("profitLow", cost, "lower end of its 95 % interval"),
      number("profitHigh", cost, "upper end"),
      number("gainOverHonest", cost, "profit less that of honest one-token decoding"),
      number("gainOverHonestLow", cost, "lower end of its 95 % interval, paired by prompt"),
      number("gainOverHonestHigh", cost, "upper end"),
      number(
        "gainOverSpeculative",
        cost,
        "profit less that of honest speculative decoding; empty where it was not run",
      ),
      number("gainOverSpeculativeLow", cost, "lower end of its 95 % interval, paired by prompt"),
      number("gainOverSpeculativeHigh", cost, "upper end"),
      number("breakEvenAcceptance", null, "p*: acceptance above which it pays at all; 0 or less: always"),
      number("breakEvenAgainstHonest", null, "acceptance above which it pays better than honest one-token decoding"),
    ],
    rows,
  };
}
