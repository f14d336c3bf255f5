import type { LinePoint } from "../../../src/lab/charts/lines-with-ends.ts";
import { publishedFigure1, publishedRatio } from "../../shared/published-figure-1.ts";
import { publishedLook } from "../look.ts";

const SERIES = "published";

export const publishedRatioLook = publishedLook(SERIES, "circle");

/** Told below every figure that has the line. */
export const PUBLISHED_RATIO_IN_WORDS = `Grey, dashed: the ratio of the published bars (${publishedFigure1.system}), bars: what reading them to ±${publishedFigure1.readingErrorMs} ms leaves open.`;

export const TOKENS_GENERATED = {
  title: "tokens generated",
  ticks: [1, 10, 25, 50, 100, 250, 500, 1000, 10_000],
} as const;

/** The published bars as a line in a panel: generation over verification. */
export function publishedRatios(panel: string): LinePoint[] {
  return publishedFigure1.times.map((times) => {
    const { value, low, high } = publishedRatio(times);
    return { panel, series: SERIES, x: times.outputTokens, y: value, low, high };
  });
}
