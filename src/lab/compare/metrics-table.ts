import type { Column, TableOf } from "../results/table.ts";
import type { MetricComparison } from "./judge.ts";

/** A metric's comparison as a row of metrics.csv. */
export interface MetricRow extends Omit<MetricComparison, "a" | "b" | "description" | "id"> {
  readonly valuesA: number;
  readonly valuesB: number;
}

export function metricsTable(metrics: readonly MetricComparison[]): TableOf<MetricRow> {
  return {
    file: "metrics.csv",
    caption: "Every metric",
    columns,
    rows: metrics.map(({ a, b, description: _, id: __, ...row }) => ({
      ...row,
      valuesA: a.length,
      valuesB: b.length,
    })),
  };
}

const inUnit = "the metric's";
const column = (
  name: keyof MetricRow,
  type: Column["type"],
  unit: string | null,
  description: string,
): Column<keyof MetricRow> => ({ name, type, unit, description });

const columns: readonly Column<keyof MetricRow>[] = [
  column("part", "text", null, "part of the experiment"),
  column("name", "text", null, "name of the metric"),
  column("unit", "text", null, "its unit; empty for counts and pure numbers"),
  column("paired", "boolean", null, "whether both sides share all random numbers"),
  column("valuesA", "number", null, "replications of A that have a value"),
  column("valuesB", "number", null, "replications of B that have a value"),
  column("meanA", "number", inUnit, "mean over A's replications"),
  column("meanB", "number", inUnit, "mean over B's replications"),
  column("difference", "number", inUnit, "mean of B - A"),
  column("low", "number", inUnit, "95 % interval of the difference, of this metric alone"),
  column("high", "number", inUnit, "its upper end"),
  column("margin", "number", inUnit, "differences below it count as none"),
  column("pChanged", "number", null, 'p-value against "no difference", corrected; empty where no test was needed'),
  column("pUnchanged", "number", null, 'p-value against "a difference of the margin or more", corrected'),
  column("verdict", "text", null, "changed, unchanged or undecided"),
  column("reason", "text", null, "why"),
  column(
    "replicationsNeeded",
    "number",
    null,
    "replications on each side that would probably decide; empty where decided",
  ),
];
