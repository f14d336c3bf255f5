import { meanOverRuns } from "../../../statistics/over-runs.ts";
import type { ExperimentMetrics } from "../../compare/metric.ts";
import { numberColumn, type Table, textColumn, toCsv } from "../../results/table.ts";
import type { FactorValues } from "../factors.ts";
import type { GridPart } from "./part.ts";
import { cellsOf, factorColumns } from "./rows.ts";

/** One metric of one part of the experiment, in one combination: its mean over the replications. */
export interface GridMean {
  readonly values: FactorValues;
  readonly part: string;
  readonly metric: string;
  readonly unit: string | null;
  readonly replications: number;
  readonly mean: number;
  /** Ends of the 95 % interval; null where replications say nothing of their spread, one or all alike, and for what is worked out. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Means with Student's intervals; what has no value in any replication is left out. */
export function gridMeans(parts: readonly GridPart[], { valuesOf }: ExperimentMetrics): GridMean[] {
  return parts.flatMap(({ values, rows }) =>
    valuesOf(toCsv(rows)).flatMap(({ metric, part, values: replications }) => {
      const known = [...replications.values()].filter((value) => value !== null);
      if (known.length === 0) return [];
      const { value: mean, low, high } = meanOverRuns(known);
      const { name, unit, deterministic, bounds: [least, most] = [-Infinity, Infinity] } = metric;
      const end = (value: number) =>
        deterministic || !Number.isFinite(value) || low === high ? null : Math.min(most, Math.max(least, value));
      return [{ values, part, metric: name, unit, replications: known.length, mean, low: end(low), high: end(high) }];
    }),
  );
}

export function gridSummaryTable(means: readonly GridMean[], combinations: readonly FactorValues[]): Table {
  const own = [
    textColumn("part", "of the experiment, from large to small"),
    textColumn("metric", "what was taken"),
    textColumn("unit", "of the mean and its interval; empty for counts and pure numbers"),
    numberColumn("replications", null, "values behind the mean"),
    numberColumn("mean", null, "over the replications"),
    numberColumn(
      "low",
      null,
      "lower end of the 95 % interval (Student, no further than the metric can go); empty for one replication, where all came out alike, and for what is worked out exactly",
    ),
    numberColumn("high", null, "upper end"),
  ];
  const factors = factorColumns(combinations, own);
  return {
    file: "summary.csv",
    caption: "Every metric in every combination",
    columns: [...factors, ...own],
    rows: means.map(({ values, unit, ...row }) => ({ ...cellsOf(values, factors), ...row, unit: unit ?? "" })),
  };
}
