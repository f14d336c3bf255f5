import { choice, number, type RowIn, rowTable, text } from "../../src/lab/results/row-table.ts";

/** By what positions are told apart. */
export const measures = ["entropy", "position", "distance"] as const;
export type Measure = (typeof measures)[number];

/** All positions of one strategy's outputs for one prompt that fall into one bin. */
export const whereRowTable = rowTable("Inconsistent positions by where they are", {
  sampling: text("how tokens were picked, as the experiment file names it"),
  strategy: text("how the jobs were answered"),
  kind: choice(["cheat", "honest-variation"], "cheat or honest-variation"),
  prompt: number(null, "line of the prompt file, from 0"),
  measure: choice(
    measures,
    "entropy of the reference model, position in the output, or distance from the changed token",
  ),
  /** Number of the bin, from 0. */
  bin: number(null, "number of the bin, from 0, in order of the measure"),
  positions: number("positions", "output positions in the bin, all seeds together"),
  inconsistent: number("positions", "of them, those whose token is not F(claimed prefix)"),
});
export type WhereRow = RowIn<typeof whereRowTable>;

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
