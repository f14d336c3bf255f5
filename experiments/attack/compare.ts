import type { ExperimentMetrics, MetricValues } from "../../src/lab/compare/metric.ts";
import { type Measure, meanOf, shareOf, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { type AttackRow, attackRowsOf } from "./rows.ts";

/** Of one strategy's outputs for one prompt, all seeds together. */
const ofStrategy: readonly Measure<AttackRow>[] = [
  {
    name: "outputTokens",
    unit: "tokens",
    description: "length of the claimed output",
    margin: { absolute: 0.5, relative: 0.02 },
    of: meanOf(({ outputTokens }) => outputTokens),
  },
  {
    name: "consistentShare",
    unit: null,
    description: "share of output positions whose token is F(claimed prefix)",
    margin: { absolute: 0.02 },
    of: shareOf(
      ({ consistent }) => consistent,
      ({ outputTokens }) => outputTokens,
    ),
  },
  {
    name: "workMs",
    unit: "milliseconds",
    description: "time of the node's model work on the experiment's hardware (modelled)",
    margin: { relative: 0.02 },
    of: meanOf(({ workMs }) => workMs),
  },
];

/** Of the same under one scheme, which is part of a metric's name. */
const acceptance = {
  name: "acceptance",
  unit: null,
  description: "P(accept), exact for each output",
  margin: { absolute: 0.02 },
} as const;
const score = {
  name: "score",
  unit: null,
  description: "mean score under a statistic scheme, in the statistic's own unit",
  margin: { relative: 0.05 },
} as const;

/** Of false-accept, false-reject and detection, by sampling and strategy; outputs that only set thresholds are left out. */
export const attackMetrics: ExperimentMetrics = {
  replication: "prompt",
  replicationSetting: "prompts.evaluation",
  metrics: [...ofStrategy, acceptance, score],
  valuesOf: (rowsCsv) => {
    const rows = attackRowsOf(rowsCsv).filter(({ split }) => split === "evaluation");
    const replication = ({ prompt }: AttackRow) => prompt;
    const partOf = ({ sampling, strategy }: AttackRow) => `${sampling}/${strategy}`;
    const underScheme = (metric: typeof acceptance | typeof score, of: "accept" | "scores"): MetricValues[] =>
      Object.keys(rows[0]?.[of] ?? {}).flatMap((scheme) =>
        valuesOfParts(rows, [{ ...metric, of: meanOf((row) => row[of][scheme] ?? null) }], {
          part: (row) => `${partOf(row)}/${scheme}`,
          replication,
        }),
      );
    return [
      ...valuesOfParts(rows, ofStrategy, { part: partOf, replication }),
      ...underScheme(acceptance, "accept"),
      ...underScheme(score, "scores"),
    ];
  },
};
