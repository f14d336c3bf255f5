import type { ExperimentMetrics } from "../../src/lab/compare/metric.ts";
import { geometricMeanOf, type Measure, sumOf, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { type CostRow, costRowTable } from "./rows.ts";
import { numericsLabel } from "./summary.ts";

/** Of one model under one set of numerics in one repeat, over all lengths and numbers of claims. */
const measures: readonly Measure<CostRow>[] = [
  {
    name: "wallMs",
    unit: "milliseconds",
    description: "time of what was measured, geometric mean over lengths and claims in a pass",
    margin: { relative: 0.05 },
    of: geometricMeanOf(({ wallMs }) => wallMs),
  },
  {
    name: "fedTokens",
    unit: "tokens",
    description: "tokens given to llama.cpp, all together",
    margin: {},
    deterministic: true,
    of: sumOf(({ fedTokens }) => fedTokens),
  },
];

/** Times and work by model, numerics and what was measured. */
export const verificationCostMetrics: ExperimentMetrics = {
  replication: "repeat",
  replicationSetting: "repeats",
  metrics: measures,
  valuesOf: (rowsCsv) =>
    valuesOfParts(costRowTable.read(rowsCsv), measures, {
      part: (row) => `${row.model}/${numericsLabel(row)}/${row.measure}`,
      replication: ({ repeat }) => repeat,
    }),
};
