import type { Figure } from "../../../src/lab/charts/figure.ts";
import { type LinePoint, linesWithEnds } from "../../../src/lab/charts/lines-with-ends.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { publishedFigure1 } from "../../shared/published-figure-1.ts";

const GENERATE = "llama.cpp generate";
const VERIFY = "RASTiC verify";

/** The whitepaper's Figure 1 as it was published, nothing measured here: what `time-by-tokens` is to be compared with. */
export function figure1AsPublished(): Figure {
  const { source, system, readingErrorMs, times } = publishedFigure1;
  const points = times.flatMap(({ outputTokens, generateMs, verifyMs }): LinePoint[] =>
    [
      { series: GENERATE, y: generateMs },
      { series: VERIFY, y: verifyMs },
    ].map(({ series, y }) => ({
      panel: system,
      series,
      x: outputTokens,
      y,
      low: y - readingErrorMs,
      high: y + readingErrorMs,
    })),
  );
  const title = "Figure 1 as published: time to generate and to verify";
  const words = times.map((row) => `${row.outputTokens} tokens ${row.generateMs} and ${row.verifyMs} ms`);
  return {
    name: "figure-1-as-published",
    title,
    description: `${title}, read off the bars. ${words.join("; ")}.`,
    spec: (widthPx) =>
      linesWithEnds(
        {
          title,
          subtitle: [
            `Read off the published bars; bars here: what reading them to ±${readingErrorMs} ms leaves open. Nothing measured here.`,
            `Claims C1, C3 (${source}).`,
          ],
          points,
          looks: [
            { series: GENERATE, colour: COLOURS.black, shape: "circle", borrowed: false },
            { series: VERIFY, colour: COLOURS.vermilion, shape: "square", borrowed: false },
          ],
          x: { title: "tokens generated", ticks: [1, 10, 25, 50, 100, 250, 500, 1000] },
          y: { title: "time (ms)" },
          panelHeightPx: 270,
        },
        widthPx,
      ),
  };
}
