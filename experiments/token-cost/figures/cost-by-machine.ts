import { machineLooks } from "../../../src/lab/by-machine/machine-looks.ts";
import { dotsByLabel, type LabelledDot } from "../../../src/lab/charts/dots-by-label.ts";
import type { Figure } from "../../../src/lab/charts/figure.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { publishedTokenCost } from "../published-cost.ts";
import type { TokenCostRow } from "../rows.ts";

const PUBLISHED = "published rates";
const { watts, tokensPerHour, usdPer1000Tokens, usdPerKwh, source } = publishedTokenCost;

/** Energy of 1000 tokens, a row for each machine, a panel for each model (C5, C6). */
export function energyByMachine(rows: readonly TokenCostRow[]): Figure {
  const publishedKilojoules = (watts * 3600 * 1000) / tokensPerHour / 1000;
  return costFigure(rows, {
    name: "energy-by-machine",
    title: "Energy of 1000 tokens, by machine",
    of: ({ joulesPer1000Tokens }) => joulesPer1000Tokens / 1000,
    x: "kilojoules per 1000 output tokens",
    level: {
      x: publishedKilojoules,
      words: `${inWords(publishedKilojoules)} kJ, which ${watts} W at the published ${tokensPerHour.toLocaleString("en")} tokens an hour come to`,
    },
  });
}

/** What that energy costs, and the machine's wear with it. */
export function costByMachine(rows: readonly TokenCostRow[]): Figure {
  return costFigure(rows, {
    name: "cost-by-machine",
    title: "What 1000 tokens cost, by machine",
    of: ({ electricityUsdPer1000Tokens }) => electricityUsdPer1000Tokens,
    and: { label: "with wear", of: (row) => row.usdPer1000Tokens },
    x: "dollars per 1000 output tokens",
    level: { x: usdPer1000Tokens, words: `the published $${usdPer1000Tokens}, electricity alone` },
  });
}

interface CostFigure {
  readonly name: string;
  readonly title: string;
  readonly of: (row: TokenCostRow) => number;
  readonly and?: { readonly label: string; readonly of: (row: TokenCostRow) => number };
  readonly x: string;
  readonly level: { readonly x: number; readonly words: string };
}

function costFigure(rows: readonly TokenCostRow[], { name, title, of, and, x, level }: CostFigure): Figure {
  const measured = rows.filter(({ basis }) => basis === "measured");
  const dots = rows.flatMap((row): LabelledDot[] => {
    const panel = row.basis === "measured" ? row.model : "published rates, other models";
    const series = row.basis === "measured" ? row.machine : PUBLISHED;
    const called = row.basis === "measured" ? row.machine : `${row.machine}, ${row.model}`;
    const rests = row.what.endsWith("watts assumed") ? `${called}, watts assumed` : called;
    const dot = (label: string, value: number) => ({ panel, label, series, x: value, low: value, high: value });
    return [dot(rests, of(row)), ...(and === undefined ? [] : [dot(`${called}, ${and.label}`, and.of(row))])];
  });
  const [first] = rows;
  return {
    name,
    title,
    description: `${title}. ${[...Map.groupBy(dots, ({ panel }) => panel)]
      .map(([panel, own]) => `${panel}: ${own.map((dot) => `${dot.label} ${inWords(dot.x)}`).join("; ")}`)
      .join(". ")}.`,
    spec: (widthPx) =>
      dotsByLabel(
        {
          title,
          subtitle: [
            `One sequence at a time, ${first!.outputTokens} tokens after ${first!.promptTokens}, $${usdPerKwh} a kWh, always busy. A panel holds one model: compare ` +
              "machines within it. Computed from rates and watts that were measured, assumed where it says so, or published (grey).",
            `Claims C5, C6 (${source}).`,
          ],
          dots,
          looks: [
            ...machineLooks(measured.map(({ machine }) => machine)),
            ...(measured.length === rows.length ? [] : [{ series: PUBLISHED, colour: COLOURS.grey, shape: "diamond" }]),
          ],
          x: { title: x, format: "~g" },
          labelsNameSeries: true,
          labelled: "machine",
          level,
        },
        widthPx,
      ),
  };
}
