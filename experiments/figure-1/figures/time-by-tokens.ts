import type { Figure } from "../../../src/lab/charts/figure.ts";
import { type LinePoint, linesWithEnds } from "../../../src/lab/charts/lines-with-ends.ts";
import { publishedFigure1 } from "../../shared/published-figure-1.ts";
import { endsInWords, formLooks, publishedLook, repeatsInWords } from "../look.ts";
import { comparedForms } from "../rows.ts";
import type { Figure1Summary } from "../summary.ts";

const PUBLISHED_GENERATE = "published generate";
const PUBLISHED_VERIFY = "published verify";

/** The whitepaper's Figure 1 measured again: time over tokens generated, with the published bars behind it. */
export function timeByTokens(summary: readonly Figure1Summary[]): Figure {
  const drawn = summary.filter(({ form }) => form === "generate" || comparedForms.includes(form));
  const models = [...new Set(drawn.map(({ model }) => model))];
  const measured = drawn.map(
    ({ model, form, outputTokens, medianMs, lowMs, highMs }): LinePoint => ({
      panel: model,
      series: form,
      x: outputTokens,
      y: medianMs,
      low: lowMs,
      high: highMs,
    }),
  );
  const title = "Time to generate and to verify, by tokens generated";
  return {
    name: "time-by-tokens",
    title,
    description: `${title}. ${endsInWords(measured, " ms")}`,
    spec: (widthPx) =>
      linesWithEnds(
        {
          title,
          subtitle: [
            `${repeatsInWords(drawn)} Grey, dashed: the published bars (${publishedFigure1.system}), read to ` +
              `±${publishedFigure1.readingErrorMs} ms.`,
            `Claims C1, C3, C4 (${publishedFigure1.source}).`,
          ],
          points: [...models.flatMap(publishedPoints), ...measured],
          looks: [
            publishedLook(PUBLISHED_GENERATE, "circle"),
            publishedLook(PUBLISHED_VERIFY, "square"),
            ...formLooks.filter(({ series }) => drawn.some(({ form }) => form === series)),
          ],
          x: { title: "tokens generated", ticks: [1, 10, 25, 50, 100, 250, 500, 1000, 10_000] },
          y: { title: "time (ms)" },
          panelHeightPx: 270,
        },
        widthPx,
      ),
  };
}

function publishedPoints(panel: string): LinePoint[] {
  const error = publishedFigure1.readingErrorMs;
  return publishedFigure1.times.flatMap(({ outputTokens, generateMs, verifyMs }) =>
    [
      { series: PUBLISHED_GENERATE, y: generateMs },
      { series: PUBLISHED_VERIFY, y: verifyMs },
    ].map(({ series, y }) => ({ panel, series, x: outputTokens, y, low: y - error, high: y + error })),
  );
}
