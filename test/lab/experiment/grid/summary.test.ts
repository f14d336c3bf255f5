import { expect, test } from "vitest";
import type { ExperimentMetrics, Metric } from "../../../../src/lab/compare/metric.ts";
import { gridMeans } from "../../../../src/lab/experiment/grid/summary.ts";

const metric = (name: string, more: Partial<Metric> = {}): Metric => ({
  name,
  unit: null,
  description: name,
  margin: {},
  ...more,
});

/** A kind whose runs came out like this, metric by metric. */
function cameOut(...series: readonly (readonly [Metric, readonly number[]])[]): ExperimentMetrics {
  return {
    replication: "run",
    metrics: series.map(([one]) => one),
    valuesOf: () =>
      series.map(([one, values]) => ({
        metric: one,
        part: "all",
        values: new Map(values.map((value, i) => [i, value])),
      })),
  };
}

const rows = { file: "rows.csv", caption: "", columns: [], rows: [] };
const meansOf = (metrics: ExperimentMetrics) => gridMeans([{ values: {}, rows }], metrics);

test("an interval reaches no further than the metric can go, and as far as it does where that is not said", () => {
  const values = [0, 0.02];
  const [share, free] = meansOf(cameOut([metric("paidShare", { bounds: [0, 1] }), values], [metric("earned"), values]));
  expect(share).toMatchObject({ mean: 0.01, low: 0 });
  expect(share!.high).toBeCloseTo(0.01 + 12.706 * 0.01, 4);
  expect(free!.low).toBeCloseTo(0.01 - 12.706 * 0.01, 4);
});

test("replications that came out alike say nothing of their spread", () => {
  const [never, once] = meansOf(cameOut([metric("slashed"), [0, 0, 0]], [metric("blocks"), [7]]));
  expect(never).toMatchObject({ mean: 0, low: null, high: null, replications: 3 });
  expect(once).toMatchObject({ mean: 7, low: null, high: null, replications: 1 });
});
