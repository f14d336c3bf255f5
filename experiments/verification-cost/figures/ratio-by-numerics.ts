import { dotsByLabel } from "../../../src/lab/charts/dots-by-label.ts";
import type { Figure } from "../../../src/lab/charts/figure.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { publishedFigure1, publishedRatio } from "../../shared/published-figure-1.ts";
import { type CostSummary, numericsLabel } from "../summary.ts";

const MEASURED = "measured";
const AT_LIMITS = "at the machine's own rates";

/** How many times as long the fastest generation takes as verification, by numerics of the verifier; and what the machine's limits would allow. */
export function ratioByNumerics(summary: readonly CostSummary[]): Figure {
  const title = "Fastest generation over verification, by weight format and the verifier's numerics";
  const best = summary.reduce((top, row) => (row.ratio > top.ratio ? row : top));
  const published = publishedRatio(publishedFigure1.times.at(-1)!).value;
  return {
    name: "ratio-by-numerics",
    title,
    description:
      `${title}. Highest: ${inWords(best.ratio)} (${best.model}, ${numericsLabel(best)}). ` +
      `Published: ${inWords(published)}.`,
    spec: (widthPx) =>
      dotsByLabel(
        {
          title,
          subtitle: [
            `Claims of ${summary[0]!.outputTokens} tokens, generated in each model's fastest numerics, verified in one pass with three checks; plain or flash: the kernel of attention. Ratios of medians, bars: 95 % bootstrap ` +
              "intervals. Grey: the same ratio if generation read its weights, and verification " +
              "multiplied, at the best rates measured in this run.",
            "Claim C3: 11 times cheaper at 1000 tokens (blog, §2.5.4, Figure 1).",
          ],
          dots: summary.flatMap((row) => {
            const place = { panel: row.model, label: numericsLabel(row) };
            return [
              { ...place, series: MEASURED, x: row.ratio, low: row.ratioLow, high: row.ratioHigh },
              { ...place, series: AT_LIMITS, x: row.ratioAtLimits, low: row.ratioAtLimits, high: row.ratioAtLimits },
            ];
          }),
          looks: [
            { series: MEASURED, colour: COLOURS.blue, shape: "circle" },
            { series: AT_LIMITS, colour: COLOURS.grey, shape: "diamond" },
          ],
          x: { title: "generation time / verification time", format: ",~g" },
          level: {
            x: published,
            words: `published at ${publishedFigure1.times.at(-1)!.outputTokens} tokens (${publishedFigure1.system})`,
          },
        },
        widthPx,
      ),
  };
}
