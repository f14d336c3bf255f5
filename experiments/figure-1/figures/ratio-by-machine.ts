import { MACHINES_IN_WORDS, machineLooks } from "../../../src/lab/by-machine/machine-looks.ts";
import type { Figure } from "../../../src/lab/charts/figure.ts";
import { type LinePoint, linesWithEnds } from "../../../src/lab/charts/lines-with-ends.ts";
import { publishedFigure1 } from "../../shared/published-figure-1.ts";
import { endsInWords } from "../look.ts";
import { PUBLISHED_RATIO_IN_WORDS, publishedRatioLook, publishedRatios, TOKENS_GENERATED } from "./published-ratio.ts";
import type { MachineTimes } from "./time-by-machine.ts";

/** The published form, and the cheapest. */
const FORMS = ["prototype", "one-pass"];

/** How many times cheaper verification is than generation, by tokens generated, a line for each machine: 1 is break-even. */
export function ratioByMachine(times: readonly MachineTimes[]): Figure {
  const drawn = times.filter(({ form, generateOverForm }) => FORMS.includes(form) && generateOverForm !== null);
  const panels = [...new Set(drawn.map(({ panel }) => panel))].flatMap((model) =>
    FORMS.map((form) => ({ model, form, title: `${model}, ${form}` })),
  );
  const points = panels.flatMap(({ model, form, title }): LinePoint[] => {
    const measured = drawn
      .filter((row) => row.panel === model && row.form === form)
      .map((row) => ({
        panel: title,
        series: row.machine,
        x: row.outputTokens,
        y: row.generateOverForm!,
        low: row.generateOverFormLow!,
        high: row.generateOverFormHigh!,
      }));
    if (new Set(measured.map(({ series }) => series)).size < 2) return [];
    return form === "prototype" ? [...publishedRatios(title), ...measured] : measured;
  });
  const measured = points.filter(({ series }) => series !== publishedRatioLook.series);
  const title = "Generation time over verification time, by machine";
  return {
    name: "ratio-by-machine",
    title,
    description: `${title}; 1 is break-even. ${endsInWords(measured, "")}`,
    spec: (widthPx) =>
      linesWithEnds(
        {
          title,
          subtitle: [
            `Time to generate over time to verify, medians, bars: 95 % bootstrap intervals; the same model file, sampling and prompts on every machine. ${MACHINES_IN_WORDS} ` +
              PUBLISHED_RATIO_IN_WORDS,
            `Claims C1, C3: verification is O(1), dearer under about 10 tokens and 11 times cheaper at 1000 (${publishedFigure1.source}).`,
          ],
          points,
          looks: [publishedRatioLook, ...machineLooks(measured.map(({ series }) => series))],
          x: TOKENS_GENERATED,
          y: { title: "generate / verify" },
          level: { y: 1, under: "here verifying takes longer" },
          panelHeightPx: 150,
        },
        widthPx,
      ),
  };
}
