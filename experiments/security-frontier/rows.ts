import { numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";

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
  return {
    file: "rows.csv",
    caption: "The least share of verified jobs at which no cheat earns more than honest work",
    columns: [
      textColumn("sampling", "how tokens were picked"),
      textColumn("scheme", "verification scheme with its parameters"),
      textColumn("yardstick", "whom no cheat may outdo: honest one-token decoding, or honest speculative decoding"),
      numberColumn("rewardOverCost", cost, "reward of a job"),
      numberColumn("stakeRatio", null, "stake over reward"),
      numberColumn("prompts", null, "prompts behind it"),
      numberColumn(
        "leastVerifiedShare",
        null,
        "share of jobs to verify; above 1: all are not enough; empty: nothing is",
      ),
      numberColumn("leastVerifiedShareLow", null, "lower end of its 95 % interval"),
      numberColumn("leastVerifiedShareHigh", null, "upper end; empty: nothing is enough"),
      numberColumn(
        "leastStakeRatioAllVerified",
        null,
        "stake over reward that is enough when every job is verified; empty: none is",
      ),
      numberColumn("leastStakeRatioAllVerifiedLow", null, "lower end of its 95 % interval"),
      numberColumn("leastStakeRatioAllVerifiedHigh", null, "upper end; empty: none is enough"),
      textColumn("binding", "the cheat that asks for most"),
      textColumn("runnerUp", "the cheat that asks for next to most"),
      numberColumn(
        "verificationOverGeneration",
        null,
        "one verification over one generation, in time on the hardware profile",
      ),
      numberColumn("falseReject", null, "share of honest verifications that reject"),
      numberColumn("falseRejectLow", null, "lower end of its 95 % interval"),
      numberColumn("falseRejectHigh", null, "upper end; after no reject the bound for zero events"),
      numberColumn(
        "verificationCost",
        cost,
        "verification work for a job at that share; empty where no share is enough",
      ),
      numberColumn("honestLoss", cost, "reward and stake lost to false rejects in a job at that share"),
      numberColumn("honestProfit", cost, "what an honest node earns in a job at that share"),
    ],
    rows,
  };
}
