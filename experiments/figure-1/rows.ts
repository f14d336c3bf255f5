import { number, orAbsent, orNull, type RowIn, rowTable, text, truth } from "../../src/lab/results/row-table.ts";
import type { Figure1Form } from "./settings.ts";

/** The forms of verification that figures and claims compare: the published one first. */
export const comparedForms: readonly Figure1Form[] = ["prototype", "prefix-sharing", "concurrent", "one-pass"];

/** Several jobs at once: generated in lock step, or their outputs verified in one pass. */
export type TogetherForm = `${"generate" | "one-pass"} x${number}`;

/** One timed call: one model, one form, one length, one repeat. */
export const figure1RowTable = rowTable("Every measurement", {
  model: text("name of the model"),
  /** The named shape of a synthesised model. */
  shape: orAbsent(text("named llama shape of a synthesised model; empty for a real one")),
  form: text<Figure1Form | TogetherForm>(
    "what was timed: generation, bare reading, or a form of verification; x8: eight jobs at once, in one call",
  ),
  outputTokens: number("tokens", "length of the completion"),
  promptTokens: number("tokens", "length of the prompt before it"),
  repeat: number(null, "number of the repeat, from 0; cells are interleaved within a repeat"),
  wallMs: number("milliseconds", "time of the call on the wall clock"),
  /** Tokens given to llama.cpp, all passes together. */
  decodedTokens: number("tokens", "tokens given to llama.cpp, all passes together"),
  checkedPositions: number(null, "output positions whose token was compared"),
  /** Whether the honest completion passed, or all of them; null for forms that compare nothing. */
  accepted: orNull(truth("whether the honest completion passed; empty where nothing was compared")),
});
export type Figure1Row = RowIn<typeof figure1RowTable>;

export function isAlone<Row extends Pick<Figure1Row, "form">>(row: Row): row is Row & { readonly form: Figure1Form } {
  return !row.form.includes(" x");
}

/** How many jobs a row's call was for. */
export function jobsAtOnce({ form }: Pick<Figure1Row, "form">): number {
  return Number(/ x(\d+)$/.exec(form)?.[1] ?? 1);
}
