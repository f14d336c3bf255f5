import type { Figure } from "../../../src/lab/charts/figure.ts";
import { type LinePoint, linesWithEnds } from "../../../src/lab/charts/lines-with-ends.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { medianInterval } from "../../../src/statistics/median.ts";
import type { CostRow } from "../rows.ts";

const palette = [COLOURS.vermilion, COLOURS.blue, COLOURS.green, COLOURS.purple, COLOURS.black];
const shapes = ["circle", "square", "triangle-up", "diamond", "triangle-down"];

/** Time of verifying one claim, by how many claims share a pass. */
export function timeByClaims(rows: readonly CostRow[]): Figure | null {
  const everyPoint = pointsOf(rows);
  // A model whose claims were only verified alone has nothing to compare.
  const points = everyPoint.filter(({ panel }) => everyPoint.some((other) => other.panel === panel && other.x > 1));
  if (points.length === 0) return null;
  const series = [...new Set(points.map((point) => point.series))];
  const title = "Time to verify a claim, by claims verified in one pass";
  return {
    name: "time-by-claims",
    title,
    description: `${title}. ${endsInWords(points)}`,
    spec: (widthPx) =>
      linesWithEnds(
        {
          title,
          subtitle: [
            "Time of the pass over the claims in it; medians, bars: the interval of the median. No published claim speaks of it.",
          ],
          points,
          looks: series.map((name, i) => ({
            series: name,
            colour: palette[i % palette.length]!,
            shape: shapes[i % shapes.length]!,
            borrowed: false,
          })),
          x: { title: "claims in one pass", ticks: [1, 2, 4, 8, 16, 32, 64] },
          y: { title: "time per claim (ms)" },
          panelHeightPx: 130,
        },
        widthPx,
      ),
  };
}

/** Claims of a length that was verified together with others, on every model that was. */
function pointsOf(rows: readonly CostRow[]): LinePoint[] {
  const longest = Math.max(...rows.filter(({ measure }) => measure === "prefill").map((row) => row.outputTokens));
  const together = rows.filter(({ measure, outputTokens }) => measure === "verify" && outputTokens !== longest);
  const cells = Map.groupBy(together, ({ model, outputTokens, claims }) => `${model}/${outputTokens}/${claims}`);
  return [...cells.values()]
    .map((cell) => {
      const { model, outputTokens, claims } = cell[0]!;
      const { value, low, high } = medianInterval(cell.map(({ wallMs }) => wallMs / claims));
      return { panel: model, series: `${outputTokens} tokens`, x: claims, y: value, low, high };
    })
    .sort((a, b) => a.x - b.x);
}

function endsInWords(points: readonly LinePoint[]): string {
  const lines = Map.groupBy(points, ({ panel, series }) => `${panel}, ${series}`);
  const sentences = [...lines]
    .filter(([, line]) => line.length > 1)
    .map(([name, line]) => {
      const [first, last] = [line[0]!, line.at(-1)!];
      return `${name}: ${inWords(first.y)} ms with ${first.x} in a pass, ${inWords(last.y)} ms with ${last.x}`;
    });
  return `${sentences.join("; ")}.`;
}

/** What sharing a pass gains. */
export interface Gain {
  readonly series: string;
  readonly claims: number;
  /** Time of a claim alone over its time among others. */
  readonly gain: number;
  /** Whether the intervals of the two times lie apart. */
  readonly certain: boolean;
}

/** The largest gain over a pass of one's own on one model; null where claims were only verified alone. */
export function largestGain(rows: readonly CostRow[], model: string): Gain | null {
  const lines = Map.groupBy(
    pointsOf(rows).filter(({ panel }) => panel === model),
    ({ series }) => series,
  );
  const gains = [...lines].flatMap(([series, line]) => {
    const alone = line.find(({ x }) => x === 1);
    const shared = line.filter(({ x }) => x > 1);
    return alone === undefined
      ? []
      : shared.map(({ x, y, high }): Gain => ({ series, claims: x, gain: alone.y / y, certain: high < alone.low }));
  });
  return gains.length === 0 ? null : gains.reduce((best, one) => (one.gain > best.gain ? one : best));
}
