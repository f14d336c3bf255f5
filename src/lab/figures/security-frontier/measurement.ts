import type { TableOf } from "../../results/table.ts";

/** One scheme under one stake: the least share of jobs to verify, and what that costs the honest. Infinite shares are null. */
export interface FrontierRow {
  readonly sampling: string;
  readonly scheme: string;
  /** Whom no cheat may outdo: honest one-token or honest speculative decoding. */
  readonly yardstick: "honest" | "speculative";
  readonly rewardOverCost: number;
  readonly stakeRatio: number;
  readonly prompts: number;
  readonly leastVerifiedShare: number | null;
  readonly leastVerifiedShareLow: number | null;
  readonly leastVerifiedShareHigh: number | null;
  /** Stake over reward that is enough when every job is verified; null where none is. */
  readonly leastStakeRatioAllVerified: number | null;
  readonly leastStakeRatioAllVerifiedLow: number | null;
  readonly leastStakeRatioAllVerifiedHigh: number | null;
  readonly binding: string;
  readonly runnerUp: string | null;
  /** One verification over one generation. */
  readonly verificationOverGeneration: number;
  readonly falseReject: number;
  readonly falseRejectLow: number;
  readonly falseRejectHigh: number;
  /** Verification work for each job at that share, in costs of honest work; null where no share is enough. */
  readonly verificationCost: number | null;
  /** Reward and stake that an honest node loses in a job on average to false rejects at that share. */
  readonly honestLoss: number | null;
  readonly honestProfit: number | null;
}

const cost = "costs of honest one-token decoding";

export function frontierRowsTable(rows: readonly FrontierRow[]): TableOf<FrontierRow> {
  const number = (name: keyof FrontierRow & string, unit: string | null, description: string) => ({
    name,
    type: "number" as const,
    unit,
    description,
  });
  const text = (name: keyof FrontierRow & string, description: string) => ({
    name,
    type: "text" as const,
    unit: null,
    description,
  });
  return {
    file: "rows.csv",
    caption: "The least share of verified jobs at which no cheat earns more than honest work",
    columns: [
      text("sampling", "how tokens were picked"),
      text("scheme", "verification scheme with its parameters"),
      text("yardstick", "whom no cheat may outdo: honest one-token decoding, or honest speculative decoding"),
      number("rewardOverCost", cost, "reward of a job"),
      number("stakeRatio", null, "stake over reward"),
      number("prompts", null, "prompts behind it"),
      number("leastVerifiedShare", null, "share of jobs to verify; above 1: all are not enough; empty: nothing is"),
      number("leastVerifiedShareLow", null, "lower end of its 95 % interval"),
      number("leastVerifiedShareHigh", null, "upper end; empty: nothing is enough"),
      number(
        "leastStakeRatioAllVerified",
        null,
        "stake over reward that is enough when every job is verified; empty: none is",
      ),
      number("leastStakeRatioAllVerifiedLow", null, "lower end of its 95 % interval"),
      number("leastStakeRatioAllVerifiedHigh", null, "upper end; empty: none is enough"),
      text("binding", "the cheat that asks for most"),
      text("runnerUp", "the cheat that asks for next to most"),
      number(
        "verificationOverGeneration",
        null,
        "one verification over one generation, in time on the hardware profile",
      ),
      number("falseReject", null, "share of honest verifications that reject"),
      number("falseRejectLow", null, "lower end of its 95 % interval"),
      number("falseRejectHigh", null, "upper end; after no reject the bound for zero events"),
      number("verificationCost", cost, "verification work for a job at that share; empty where no share is enough"),
      number("honestLoss", cost, "reward and stake lost to false rejects in a job at that share"),
      number("honestProfit", cost, "what an honest node earns in a job at that share"),
    ],
    rows,
  };
}
