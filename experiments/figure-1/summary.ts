import type { TableOf } from "../../src/lab/results/table.ts";
import { median, medianInterval } from "../../src/statistics/median.ts";
import { type Draws, medianRatioInterval, type Pair } from "../../src/statistics/median-ratio.ts";
import { type Figure1Row, isAlone } from "./rows.ts";
import type { Figure1Form } from "./settings.ts";

/** All repeats of one model, form and length in one row. */
export interface Figure1Summary {
  readonly model: string;
  readonly form: Figure1Form;
  readonly outputTokens: number;
  readonly repeats: number;
  readonly medianMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** Coverage of [lowMs, highMs], in (0, 1): under six repeats it cannot reach 0.95. */
  readonly intervalConfidence: number;
  readonly decodedTokens: number;
  readonly checkedPositions: number;
  /** Time to generate over time of this form; null for generation itself and where it was not measured. */
  readonly generateOverForm: number | null;
  readonly generateOverFormLow: number | null;
  readonly generateOverFormHigh: number | null;
}

/**
 * Medians with 95 % intervals, and for each form the ratio of generation to it; of jobs alone.
 *
 * @param drawsFor opens the random stream of a name; the bootstrap of each ratio has its own
 */
export function summarizeFigure1(
  rows: readonly Figure1Row[],
  drawsFor: (stream: string) => Draws,
): readonly Figure1Summary[] {
  const cells = Map.groupBy(rows.filter(isAlone), ({ model, form, outputTokens }) =>
    cellKey(model, form, outputTokens),
  );
  return [...cells.values()].map((cell) => {
    const { model, form, outputTokens, checkedPositions } = cell[0]!;
    const time = medianInterval(cell.map(({ wallMs }) => wallMs));
    const pairs =
      form === "generate" ? [] : pairByRepeat(cells.get(cellKey(model, "generate", outputTokens)) ?? [], cell);
    const ratio =
      pairs.length === 0
        ? null
        : medianRatioInterval(pairs, drawsFor(`bootstrap/${cellKey(model, form, outputTokens)}`));
    return {
      model,
      form,
      outputTokens,
      repeats: cell.length,
      medianMs: time.value,
      lowMs: time.low,
      highMs: time.high,
      intervalConfidence: time.confidence,
      decodedTokens: median(cell.map((row) => row.decodedTokens)),
      checkedPositions,
      generateOverForm: ratio?.value ?? null,
      generateOverFormLow: ratio?.low ?? null,
      generateOverFormHigh: ratio?.high ?? null,
    };
  });
}

/** Times of two cells of one model and length, repeat by repeat, in milliseconds. */
export function pairByRepeat(numerators: readonly Figure1Row[], denominators: readonly Figure1Row[]): Pair[] {
  const byRepeat = new Map(numerators.map(({ repeat, wallMs }) => [repeat, wallMs]));
  return denominators
    .filter(({ repeat }) => byRepeat.has(repeat))
    .map(({ repeat, wallMs }) => [byRepeat.get(repeat)!, wallMs] as const);
}

function cellKey(model: string, form: Figure1Form, outputTokens: number): string {
  return `${model}/${form}/${outputTokens}`;
}

export function figure1SummaryTable(rows: readonly Figure1Summary[]): TableOf<Figure1Summary> {
  return {
    file: "summary.csv",
    caption: "Median time of each form at each length, and generation over it",
    columns: [
      { name: "model", type: "text", unit: null, description: "name of the model" },
      { name: "form", type: "text", unit: null, description: "what was timed" },
      { name: "outputTokens", type: "number", unit: "tokens", description: "length of the completion" },
      { name: "repeats", type: "number", unit: null, description: "measurements behind this row" },
      { name: "medianMs", type: "number", unit: "milliseconds", description: "median time" },
      {
        name: "lowMs",
        type: "number",
        unit: "milliseconds",
        description: "lower end of the median's interval (order statistic)",
      },
      {
        name: "highMs",
        type: "number",
        unit: "milliseconds",
        description: "upper end of the median's interval (order statistic)",
      },
      { name: "intervalConfidence", type: "number", unit: null, description: "coverage of that interval" },
      { name: "decodedTokens", type: "number", unit: "tokens", description: "tokens given to llama.cpp, median" },
      {
        name: "checkedPositions",
        type: "number",
        unit: null,
        description: "output positions whose token was compared",
      },
      {
        name: "generateOverForm",
        type: "number",
        unit: null,
        description: "median time to generate over median time of this form",
      },
      {
        name: "generateOverFormLow",
        type: "number",
        unit: null,
        description: "lower end of its 95 % interval (bootstrap)",
      },
      {
        name: "generateOverFormHigh",
        type: "number",
        unit: null,
        description: "upper end of its 95 % interval (bootstrap)",
      },
    ],
    rows,
  };
}
