import type { ExperimentMetrics } from "../../src/lab/compare/metric.ts";
import { geometricMeanOf, type Measure, meanOf, sumOf, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { type Figure1Row, figure1RowTable } from "./rows.ts";

/** Of one model and form in one repeat, over all lengths: nine lengths would be nine tests of the same thing. */
const measures: readonly Measure<Figure1Row>[] = [
  {
    name: "wallMs",
    unit: "milliseconds",
    description: "time of a call, geometric mean over the lengths",
    margin: { relative: 0.05 },
    of: geometricMeanOf(({ wallMs }) => wallMs),
  },
  {
    name: "decodedTokens",
    unit: "tokens",
    description: "tokens given to llama.cpp, all lengths together",
    margin: {},
    deterministic: true,
    of: sumOf(({ decodedTokens }) => decodedTokens),
  },
  {
    name: "acceptedShare",
    unit: null,
    description: "share of the honest completions that passed verification",
    margin: { absolute: 0.02 },
    of: meanOf(({ accepted }) => (accepted === null ? null : Number(accepted))),
  },
];

/** Times and work by model and form. */
export const figure1Metrics: ExperimentMetrics = {
  replication: "repeat",
  replicationSetting: "repeats",
  metrics: measures,
  valuesOf: (rowsCsv) =>
    valuesOfParts(figure1RowTable.read(rowsCsv), measures, {
      part: ({ model, form }) => `${model}/${form}`,
      replication: ({ repeat }) => repeat,
    }),
};
