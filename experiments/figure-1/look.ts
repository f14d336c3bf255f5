import type { LineLook, LinePoint } from "../../src/lab/charts/lines-with-ends.ts";
import { COLOURS } from "../../src/lab/charts/theme.ts";
import { inWords } from "../../src/lab/format.ts";

/** Colour and shape both tell the forms apart; the same form looks the same in every figure. */
export const formLooks: readonly LineLook[] = [
  { series: "generate", colour: COLOURS.black, shape: "circle", borrowed: false },
  { series: "prototype", colour: COLOURS.vermilion, shape: "square", borrowed: false },
  { series: "prefix-sharing", colour: COLOURS.purple, shape: "diamond", borrowed: false },
  { series: "concurrent", colour: COLOURS.green, shape: "triangle-up", borrowed: false },
  { series: "one-pass", colour: COLOURS.blue, shape: "triangle-down", borrowed: false },
];

export function publishedLook(series: string, shape: "circle" | "square"): LineLook {
  return { series, colour: COLOURS.grey, shape, borrowed: true };
}

/** "3 repeats", or "3 to 11 repeats"; with the coverage that so few can reach. */
export function repeatsInWords(cells: readonly { repeats: number; intervalConfidence: number }[]): string {
  const counts = cells.map(({ repeats }) => repeats);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const least = Math.floor(100 * Math.min(...cells.map(({ intervalConfidence }) => intervalConfidence)));
  if (least === 0) return "One measurement each: no interval.";
  const count = fewest === most ? `${fewest}` : `${fewest} to ${most}`;
  const coverage = least >= 95 ? "95 % intervals" : `their ranges (which cover the true median with ${least} %)`;
  return `Medians of ${count} ${most === 1 ? "repeat" : "repeats"}, bars: ${coverage}.`;
}

/** Where every line ends: "At 1000 tokens, small: generate 1061 ms, one-pass 364 ms." */
export function endsInWords(points: readonly LinePoint[], unit: string): string {
  const longest = Math.max(...points.map(({ x }) => x));
  const ends = Map.groupBy(
    points.filter(({ x }) => x === longest),
    ({ panel }) => panel,
  );
  const panels = [...ends].map(
    ([panel, lines]) => `${panel}: ${lines.map(({ series, y }) => `${series} ${inWords(y)}${unit}`).join(", ")}`,
  );
  return `At ${longest} tokens, ${panels.join("; ")}.`;
}
