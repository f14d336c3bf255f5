import type { ExperimentMetrics, Metric } from "../../src/lab/compare/metric.ts";
import { caseNumber, type Measure, only, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { type FrontierRow, frontierRowTable } from "./rows.ts";

const cost = "costs of honest one-token decoding";
const exact = { margin: {}, deterministic: true } as const satisfies Partial<Metric>;

const measures: readonly Measure<FrontierRow>[] = [
  {
    ...exact,
    name: "secured",
    unit: null,
    description: "1 where some share of verified jobs is enough, else 0",
    of: only(({ leastVerifiedShare: share }) => Number(share !== null && share <= 1)),
  },
  {
    ...exact,
    name: "leastVerifiedShare",
    unit: null,
    description: "share of jobs to verify; none where no share is enough",
    of: only(({ leastVerifiedShare }) => leastVerifiedShare),
  },
  {
    ...exact,
    name: "leastStakeRatio",
    unit: null,
    description: "stake over reward that is enough when every job is verified; none where none is",
    of: only(({ leastStakeRatioAllVerified }) => leastStakeRatioAllVerified),
  },
  {
    ...exact,
    name: "falseReject",
    unit: null,
    description: "share of honest verifications that reject",
    of: only(({ falseReject }) => falseReject),
  },
  {
    ...exact,
    name: "verificationCost",
    unit: cost,
    description: "verification work for a job at that share",
    of: only(({ verificationCost }) => verificationCost),
  },
  {
    ...exact,
    name: "honestProfit",
    unit: cost,
    description: "of an honest node in a job at that share",
    of: only(({ honestProfit }) => honestProfit),
  },
];

/** By sampling, scheme and yardstick; a case is one reward and stake. */
export const securityFrontierMetrics: ExperimentMetrics = {
  replication: "case",
  metrics: measures,
  valuesOf: (rowsCsv) =>
    valuesOfParts(frontierRowTable.read(rowsCsv), measures, {
      part: ({ sampling, scheme, yardstick }) => `${sampling}/${scheme}/${yardstick}`,
      replication: ({ rewardOverCost, stakeRatio }) => caseNumber(rewardOverCost, stakeRatio),
    }),
};
