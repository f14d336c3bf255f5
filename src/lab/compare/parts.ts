/** What a kind's metrics.ts is mostly made of: rows fall into parts, those of a part into replications, and a measure is taken of each. */
import { createHash } from "node:crypto";
import type { Metric, MetricValues } from "./metric.ts";

/** A metric of the rows of one part in one replication; null where they have none. */
export interface Measure<Row> extends Metric {
  readonly of: (rows: readonly Row[]) => number | null;
}

export function valuesOfParts<Row>(
  rows: readonly Row[],
  measures: readonly Measure<Row>[],
  { part, replication }: { readonly part: (row: Row) => string; readonly replication: (row: Row) => number },
): MetricValues[] {
  return [...Map.groupBy(rows, part)].flatMap(([name, own]) => {
    const replications = [...Map.groupBy(own, replication)];
    return measures.map(({ of, ...metric }) => ({
      metric,
      part: name,
      values: new Map(replications.map(([number, some]) => [number, of(some)])),
    }));
  });
}

/**
 * A number for one combination of settings, for kinds whose rows are worked out case by case: the same on both sides of a comparison,
 * whatever other combinations each has.
 */
export function caseNumber(...settings: readonly (string | number | boolean | null)[]): number {
  return Number.parseInt(createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 13), 16);
}

/** Of a column that each replication has one row of. */
export function only<Row>(of: (row: Row) => number | null): Measure<Row>["of"] {
  return ([row]) => of(row!);
}

/** Null where no row has a value. */
export function meanOf<Row>(of: (row: Row) => number | null): Measure<Row>["of"] {
  return (rows) => {
    const values = rows.map(of).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
}

export function sumOf<Row>(of: (row: Row) => number): (rows: readonly Row[]) => number {
  return (rows) => rows.reduce((sum, row) => sum + of(row), 0);
}

/** Of what is above 0. */
export function geometricMeanOf<Row>(of: (row: Row) => number): Measure<Row>["of"] {
  return (rows) => Math.exp(rows.reduce((sum, row) => sum + Math.log(of(row)), 0) / rows.length);
}

/** Null where nothing could happen. */
export function shareOf<Row>(part: (row: Row) => number, whole: (row: Row) => number): Measure<Row>["of"] {
  return (rows) => {
    const all = sumOf(whole)(rows);
    return all === 0 ? null : sumOf(part)(rows) / all;
  };
}
