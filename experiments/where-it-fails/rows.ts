import { type Column, numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";

/** By what positions are told apart. */
export const measures = ["entropy", "position", "distance"] as const;
export type Measure = (typeof measures)[number];

/** All positions of one strategy's outputs for one prompt that fall into one bin. */
export interface WhereRow {
  readonly sampling: string;
  readonly strategy: string;
  readonly kind: "cheat" | "honest-variation";
  readonly prompt: number;
  readonly measure: Measure;
  /** Number of the bin, from 0. */
  readonly bin: number;
  readonly positions: number;
  readonly inconsistent: number;
}

/** Lower ends; a bin ends where the next begins. */
export const binStarts: Readonly<Record<Measure, readonly number[]>> = {
  /** Nats of the reference model's distribution. */
  entropy: [0, 0.5, 1, 1.5, 2, 3, 4],
  /** Output positions from 0. */
  position: [0, 1, 2, 4, 8, 16, 32, 64],
  /** Positions behind the first altered one; negative before it. */
  distance: [Number.NEGATIVE_INFINITY, 0, 1, 2, 3, 5, 9, 17, 33],
};

export function binOf(measure: Measure, value: number): number {
  return binStarts[measure].findLastIndex((start) => value >= start);
}

export function binName(measure: Measure, bin: number): string {
  const [start, next] = [binStarts[measure][bin]!, binStarts[measure][bin + 1]];
  if (measure === "distance" && bin === 0) return "before";
  if (measure === "distance" && bin === 1) return "changed";
  if (measure === "entropy") return next === undefined ? `${start}+` : `${start}–${next}`;
  if (next === undefined) return `${start}+`;
  return next - start === 1 ? String(start) : `${start}–${next - 1}`;
}

export function whereRowsTable(rows: readonly WhereRow[]): TableOf<WhereRow> {
  return { file: "rows.csv", caption: "Inconsistent positions by where they are", columns, rows };
}

const columns: readonly Column<keyof WhereRow>[] = [
  textColumn("sampling", "how tokens were picked, as the experiment file names it"),
  textColumn("strategy", "how the jobs were answered"),
  textColumn("kind", "cheat or honest-variation"),
  numberColumn("prompt", null, "line of the prompt file, from 0"),
  textColumn("measure", "entropy of the reference model, position in the output, or distance from the changed token"),
  numberColumn("bin", null, "number of the bin, from 0, in order of the measure"),
  numberColumn("positions", "positions", "output positions in the bin, all seeds together"),
  numberColumn("inconsistent", "positions", "of them, those whose token is not F(claimed prefix)"),
];
