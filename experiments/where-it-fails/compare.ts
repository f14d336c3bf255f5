import type { ExperimentMetrics } from "../../src/lab/compare/metric.ts";
import { type Measure, shareOf, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { binName, type WhereRow, whereRowTable } from "./rows.ts";

/** Of one strategy's outputs for one prompt. */
const measures: readonly Measure<WhereRow>[] = [
  {
    name: "inconsistentShare",
    unit: null,
    description: "share of the output positions whose token is not F(claimed prefix)",
    margin: { absolute: 0.02 },
    of: shareOf(
      ({ inconsistent }) => inconsistent,
      ({ positions }) => positions,
    ),
  },
];

/** By sampling, strategy, and where the positions are. */
export const whereItFailsMetrics: ExperimentMetrics = {
  replication: "prompt",
  replicationSetting: "prompts.evaluation",
  metrics: measures,
  valuesOf: (rowsCsv) =>
    valuesOfParts(whereRowTable.read(rowsCsv), measures, {
      part: ({ sampling, strategy, measure, bin }) => `${sampling}/${strategy}/${measure} ${binName(measure, bin)}`,
      replication: ({ prompt }) => prompt,
    }),
};
