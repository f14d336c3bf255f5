import type { ExperimentMetrics, Metric } from "../../src/lab/compare/metric.ts";
import { caseNumber, type Measure, only, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { type BreakEvenRow, breakEvenRowTable } from "./rows.ts";

const cost = "costs of honest one-token decoding";
const exact = { margin: {}, deterministic: true } as const satisfies Partial<Metric>;

const measures: readonly Measure<BreakEvenRow>[] = [
  { ...exact, name: "cost", unit: cost, description: "mean cost of a job (modelled)", of: only(({ cost }) => cost) },
  {
    ...exact,
    name: "acceptance",
    unit: null,
    description: "mean P(accept) of a verification",
    of: only(({ acceptance }) => acceptance),
  },
  { ...exact, name: "profit", unit: cost, description: "expected of a job", of: only(({ profit }) => profit) },
  {
    ...exact,
    name: "gainOverHonest",
    unit: cost,
    description: "profit less that of honest one-token decoding",
    of: only(({ gainOverHonest }) => gainOverHonest),
  },
  {
    ...exact,
    name: "breakEvenAcceptance",
    unit: null,
    description: "acceptance above which the strategy pays at all",
    of: only(({ breakEvenAcceptance }) => breakEvenAcceptance),
  },
];

/** By sampling, strategy and scheme; a case is one reward, stake and share of verified jobs. */
export const breakEvenMetrics: ExperimentMetrics = {
  replication: "case",
  metrics: measures,
  valuesOf: (rowsCsv) =>
    valuesOfParts(breakEvenRowTable.read(rowsCsv), measures, {
      part: ({ sampling, strategy, scheme }) => `${sampling}/${strategy}/${scheme}`,
      replication: ({ rewardOverCost, stakeRatio, verifiedShare }) =>
        caseNumber(rewardOverCost, stakeRatio, verifiedShare),
    }),
};
