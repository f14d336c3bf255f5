import type { KindMetrics, Metric, MetricValues } from "../../compare/metric.ts";
import { type Figure1Row, figure1RowsTable } from "../../figures/figure-1/measurement.ts";
import { fromCsv } from "../../results/table.ts";

/** A metric of one model and form in one repeat, over all lengths. */
interface Measure extends Metric {
  readonly of: (repeat: readonly Figure1Row[]) => number | null;
}

const measures: readonly Measure[] = [
  {
    name: "wallMs",
    unit: "milliseconds",
    description: "time of a call, geometric mean over the lengths",
    margin: { relative: 0.05 },
    of: (repeat) => Math.exp(mean(repeat.map(({ wallMs }) => Math.log(wallMs)))),
  },
  {
    name: "decodedTokens",
    unit: "tokens",
    description: "tokens given to llama.cpp, all lengths together",
    margin: {},
    deterministic: true,
    of: (repeat) => repeat.reduce((sum, { decodedTokens }) => sum + decodedTokens, 0),
  },
  {
    name: "acceptedShare",
    unit: null,
    description: "share of the honest completions that passed verification",
    margin: { absolute: 0.02 },
    of: (repeat) => {
      const judged = repeat.filter(({ accepted }) => accepted !== null);
      return judged.length === 0 ? null : mean(judged.map(({ accepted }) => Number(accepted)));
    },
  },
];

/** Times and work by model and form. One number over all lengths each: nine lengths would be nine tests of the same thing. */
export const figure1Metrics: KindMetrics = {
  replication: "repeat",
  replicationSetting: "repeats",
  metrics: measures,
  valuesOf: (rowsCsv) => {
    const rows = fromCsv<Figure1Row>(rowsCsv, figure1RowsTable([]));
    const parts = Map.groupBy(rows, ({ model, form }) => `${model}/${form}`);
    return [...parts].flatMap(([part, own]) => {
      const repeats = Map.groupBy(own, ({ repeat }) => repeat);
      return measures
        .filter(({ of }) => of(own) !== null)
        .map(
          ({ of, ...metric }): MetricValues => ({
            metric,
            part,
            values: new Map([...repeats].map(([repeat, cells]) => [repeat, of(cells)])),
          }),
        );
    });
  },
};

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
