import type { Figure } from "../../../src/lab/charts/figure.ts";
import { type LinePoint, linesWithEnds } from "../../../src/lab/charts/lines-with-ends.ts";
import { publishedFigure1 } from "../../shared/published-figure-1.ts";
import { endsInWords, formLooks } from "../look.ts";
import { comparedForms } from "../rows.ts";
import type { Figure1Summary } from "../summary.ts";
import { PUBLISHED_RATIO_IN_WORDS, publishedRatioLook, publishedRatios, TOKENS_GENERATED } from "./published-ratio.ts";

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
            `Ratios of medians, bars: 95 % bootstrap intervals. ${PUBLISHED_RATIO_IN_WORDS}`,
            `Claim C3: verification is dearer under about 10 tokens and 11 times cheaper at 1000 (${publishedFigure1.source}).`,
          ],
          points: [...models.flatMap(publishedRatios), ...measured],
          looks: [publishedRatioLook, ...formLooks.filter(({ series }) => drawn.some(({ form }) => form === series))],
          x: TOKENS_GENERATED,
          y: { title: "generation time / verification time" },
          level: { y: 1, under: "here verifying takes longer than generating" },
          panelHeightPx: 230,
        },
        widthPx,
      ),
  };
}
