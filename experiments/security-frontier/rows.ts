import { choice, number, orNull, type RowIn, rowTable, text } from "../../src/lab/results/row-table.ts";

const cost = "costs of honest one-token decoding";

/** One scheme under one stake: the least share of jobs to verify, and what that costs the honest. Infinite shares are null. */
export const frontierRowTable = rowTable(
  "The least share of verified jobs at which no cheat earns more than honest work",
  {
    sampling: text("how tokens were picked"),
    scheme: text("verification scheme with its parameters"),
    /** Whom no cheat may outdo: honest one-token or honest speculative decoding. */
    yardstick: choice(
      ["honest", "speculative"],
      "whom no cheat may outdo: honest one-token decoding, or honest speculative decoding",
    ),
    rewardOverCost: number(cost, "reward of a job"),
    stakeRatio: number(null, "stake over reward"),
    prompts: number(null, "prompts behind it"),
    leastVerifiedShare: orNull(number(null, "share of jobs to verify; above 1: all are not enough; empty: nothing is")),
    leastVerifiedShareLow: orNull(number(null, "lower end of its 95 % interval")),
    leastVerifiedShareHigh: orNull(number(null, "upper end; empty: nothing is enough")),
    /** Stake over reward that is enough when every job is verified; null where none is. */
    leastStakeRatioAllVerified: orNull(
      number(null, "stake over reward that is enough when every job is verified; empty: none is"),
    ),
    leastStakeRatioAllVerifiedLow: orNull(number(null, "lower end of its 95 % interval")),
    leastStakeRatioAllVerifiedHigh: orNull(number(null, "upper end; empty: none is enough")),
    binding: text("the cheat that asks for most"),
    runnerUp: orNull(text("the cheat that asks for next to most")),
    /** One verification over one generation. */
    verificationOverGeneration: number(null, "one verification over one generation, in time on the hardware profile"),
    falseReject: number(null, "share of honest verifications that reject"),
    falseRejectLow: number(null, "lower end of its 95 % interval"),
    falseRejectHigh: number(null, "upper end; after no reject the bound for zero events"),
    /** Verification work for each job at that share, in costs of honest work; null where no share is enough. */
    verificationCost: orNull(number(cost, "verification work for a job at that share; empty where no share is enough")),
    /** Reward and stake that an honest node loses in a job on average to false rejects at that share. */
    honestLoss: orNull(number(cost, "reward and stake lost to false rejects in a job at that share")),
    honestProfit: orNull(number(cost, "what an honest node earns in a job at that share")),
  },
);
export type FrontierRow = RowIn<typeof frontierRowTable>;
