import type { TableOf } from "../../src/lab/results/table.ts";
import type { Figure1Form } from "./settings.ts";

/** The forms of verification that figures and claims compare: the published one first. */
export const comparedForms: readonly Figure1Form[] = ["prototype", "prefix-sharing", "concurrent", "one-pass"];

/** Several jobs at once: generated in lock step, or their outputs verified in one pass. */
export type TogetherForm = `${"generate" | "one-pass"} x${number}`;

/** One timed call: one model, one form, one length, one repeat. */
export interface Figure1Row {
  readonly model: string;
  /** The named shape of a synthesised model. */
  readonly shape?: string;
  readonly form: Figure1Form | TogetherForm;
  readonly outputTokens: number;
  readonly promptTokens: number;
  readonly repeat: number;
  readonly wallMs: number;
  /** Tokens given to llama.cpp, all passes together. */
  readonly decodedTokens: number;
  readonly checkedPositions: number;
  /** Whether the honest completion passed, or all of them; null for forms that compare nothing. */
  readonly accepted: boolean | null;
}

export function isAlone<Row extends Pick<Figure1Row, "form">>(row: Row): row is Row & { readonly form: Figure1Form } {
  return !row.form.includes(" x");
}

/** How many jobs a row's call was for. */
export function jobsAtOnce({ form }: Pick<Figure1Row, "form">): number {
  return Number(/ x(\d+)$/.exec(form)?.[1] ?? 1);
}

export function figure1RowsTable(rows: readonly Figure1Row[]): TableOf<Figure1Row> {
  return {
    file: "rows.csv",
    caption: "Every measurement",
    columns: [
      { name: "model", type: "text", unit: null, description: "name of the model" },
      {
        name: "shape",
        type: "text",
        unit: null,
        description: "named llama shape of a synthesised model; empty for a real one",
      },
      {
        name: "form",
        type: "text",
        unit: null,
        description:
          "what was timed: generation, bare reading, or a form of verification; x8: eight jobs at once, in one call",
      },
      { name: "outputTokens", type: "number", unit: "tokens", description: "length of the completion" },
      { name: "promptTokens", type: "number", unit: "tokens", description: "length of the prompt before it" },
      {
        name: "repeat",
        type: "number",
        unit: null,
        description: "number of the repeat, from 0; cells are interleaved within a repeat",
      },
      { name: "wallMs", type: "number", unit: "milliseconds", description: "time of the call on the wall clock" },
      {
        name: "decodedTokens",
        type: "number",
        unit: "tokens",
        description: "tokens given to llama.cpp, all passes together",
      },
      {
        name: "checkedPositions",
        type: "number",
        unit: null,
        description: "output positions whose token was compared",
      },
      {
        name: "accepted",
        type: "boolean",
        unit: null,
        description: "whether the honest completion passed; empty where nothing was compared",
      },
    ],
    rows,
  };
}
