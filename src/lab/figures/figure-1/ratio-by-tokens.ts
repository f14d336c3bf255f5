import { publishedFigure1, publishedRatio } from "../../published/figure-1.ts";
import type { Figure } from "../figure.ts";
import { type LinePoint, linesWithEnds } from "../lines-with-ends.ts";
import { endsInWords, formLooks, publishedLook } from "./look.ts";
import { comparedForms } from "./measurement.ts";
import type { Figure1Summary } from "./summary.ts";

const PUBLISHED = "published";

/** How many times cheaper verification is than generation, by tokens generated: 1 is break-even. */
export function ratioByTokens(summary: readonly Figure1Summary[]): Figure {
  const drawn = summary.filter(
    ({ form, generateOverForm }) => comparedForms.includes(form) && generateOverForm !== null,
  );
  const models = [...new Set(drawn.map(({ model }) => model))];
  const measured = drawn.map(
    ({ model, form, outputTokens, generateOverForm, generateOverFormLow, generateOverFormHigh }): LinePoint => ({
      panel: model,
      series: form,
      x: outputTokens,
      y: generateOverForm!,
      low: generateOverFormLow!,
      high: generateOverFormHigh!,
    }),
  );
  const title = "Generation time over verification time, by tokens generated";
  return {
    name: "ratio-by-tokens",
    title,
    description: `${title}; 1 is break-even. ${endsInWords(measured, "")}`,
    spec: (widthPx) =>
      linesWithEnds(
        {
          title,
          subtitle: [
            "Ratios of medians, bars: 95 % bootstrap intervals. Grey, dashed: the ratio of the published bars " +
              `(${publishedFigure1.system}), bars: what reading them to ±${publishedFigure1.readingErrorMs} ms leaves open.`,
            `Claim C3: verification is dearer under about 10 tokens and 11 times cheaper at 1000 (${publishedFigure1.source}).`,
          ],
          points: [...models.flatMap(publishedPoints), ...measured],
          looks: [
            publishedLook(PUBLISHED, "circle"),
            ...formLooks.filter(({ series }) => drawn.some(({ form }) => form === series)),
          ],
          x: { title: "tokens generated", ticks: [1, 10, 25, 50, 100, 250, 500, 1000, 10_000] },
          y: { title: "generation time / verification time" },
          level: { y: 1, under: "here verifying takes longer than generating" },
          panelHeightPx: 230,
        },
        widthPx,
      ),
  };
}

function publishedPoints(panel: string): LinePoint[] {
  return publishedFigure1.times.map((times) => {
    const { value, low, high } = publishedRatio(times);
    return { panel, series: PUBLISHED, x: times.outputTokens, y: value, low, high };
  });
}
