import { inWords } from "../../src/lab/format.ts";
import { numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";
import { medianInterval } from "../../src/statistics/median.ts";
import { comparedForms, type Figure1Row, isAlone } from "./rows.ts";

/** How many times as large generation over verification is on one machine as on another, of one model, form and length. */
export interface BetweenMachines {
  readonly model: string;
  readonly form: string;
  readonly outputTokens: number;
  readonly machine: string;
  readonly other: string;
  /** Repeats in which both did the same work. */
  readonly repeats: number;
  /** Median over those repeats of one machine's ratio over the other's. */
  readonly factor: number;
  readonly low: number;
  readonly high: number;
  /** Coverage of [low, high], in (0, 1). */
  readonly confidence: number;
}

/** What is compared: the same model on two machines, in runs of the same seed. */
interface Side {
  readonly machine: string;
  readonly seed: string;
  readonly rows: readonly Figure1Row[];
}

/**
 * Two machines repeat by repeat: of one seed the same prompt and the same positions are drawn, so that what the draw does to a repeat's
 * time falls out. A repeat counts where both gave llama.cpp the same number of tokens, to generate and to verify.
 */
export function betweenMachines(model: string, sides: readonly Side[]): BetweenMachines[] {
  return sides.flatMap((side, i) =>
    sides
      .slice(i + 1)
      .filter(({ seed }) => seed === side.seed)
      .flatMap((other) => pairOf(model, side, other)),
  );
}

function pairOf(model: string, side: Side, other: Side): BetweenMachines[] {
  const [own, others] = [ratiosOf(side.rows), ratiosOf(other.rows)];
  const factors = own.flatMap(({ cell, work, ratio, form, outputTokens }) => {
    const same = others.find((each) => each.cell === cell && each.work === work);
    return same === undefined ? [] : [{ form, outputTokens, factor: ratio / same.ratio }];
  });
  const cells = Map.groupBy(factors, ({ form, outputTokens }) => `${form}/${outputTokens}`);
  return [...cells.values()].map((cell) => {
    const { form, outputTokens } = cell[0]!;
    const { value, low, high, confidence } = medianInterval(cell.map(({ factor }) => factor));
    const machines = { machine: side.machine, other: other.machine };
    return { model, form, outputTokens, ...machines, repeats: cell.length, factor: value, low, high, confidence };
  });
}

/** Generation over verification of every form, length and repeat, with the tokens that went into both. */
function ratiosOf(rows: readonly Figure1Row[]) {
  const alone = rows.filter(isAlone);
  const generated = new Map(
    alone.filter(({ form }) => form === "generate").map((row) => [`${row.outputTokens}/${row.repeat}`, row] as const),
  );
  return alone
    .filter(({ form }) => comparedForms.includes(form))
    .flatMap(({ form, outputTokens, repeat, wallMs, decodedTokens }) => {
      const generation = generated.get(`${outputTokens}/${repeat}`);
      if (generation === undefined) return [];
      const work = `${generation.decodedTokens}/${decodedTokens}`;
      const ratio = generation.wallMs / wallMs;
      return [{ form, outputTokens, cell: `${form}/${outputTokens}/${repeat}`, work, ratio }];
    });
}

/** "m, 1000 tokens, prototype: generation over verification on A is 0.25 [0.24 to 0.28] times what it is on B (9 repeats of the same work)." */
export function betweenInWords(between: readonly BetweenMachines[]): string[] {
  const pairs = Map.groupBy(between, ({ model, machine, other }) => JSON.stringify([model, machine, other]));
  return [...pairs.values()].flatMap((own) => {
    const longest = Math.max(...own.map(({ outputTokens }) => outputTokens));
    const form = comparedForms.find((each) => own.some((row) => row.form === each && row.outputTokens === longest));
    const row = own.find((each) => each.form === form && each.outputTokens === longest);
    if (row === undefined) return [];
    const { model, machine, other, repeats, factor, low, high, confidence } = row;
    const coverage = confidence >= 0.95 ? "" : `, an interval of ${Math.floor(100 * confidence)} %`;
    return [
      `${model}, ${longest} tokens, ${form}: generation over verification on ${machine} is ${inWords(factor)} [${inWords(low)} to ${inWords(high)}] times ` +
        `what it is on ${other} (median of ${repeats} ${repeats === 1 ? "repeat" : "repeats"} of the same work${coverage}).`,
    ];
  });
}

export function betweenMachinesTable(rows: readonly BetweenMachines[]): TableOf<BetweenMachines> {
  return {
    file: "between-machines.csv",
    caption: "Generation over verification on one machine, over that on another, repeat by repeat",
    columns: [
      textColumn("model", "the model file, the same on both"),
      textColumn("form", "form of verification"),
      numberColumn("outputTokens", "tokens", "length of the completion"),
      textColumn("machine", "the hardware, as figures call it"),
      textColumn("other", "the hardware that it is compared with"),
      numberColumn("repeats", null, "repeats in which both did the same work"),
      numberColumn("factor", null, "median of one machine's generation over verification, over the other's"),
      numberColumn("low", null, "lower end of the median's interval (order statistic)"),
      numberColumn("high", null, "upper end of it"),
      numberColumn("confidence", null, "coverage of that interval"),
    ],
    rows,
  };
}
