import type { Figure } from "../../../src/lab/charts/figure.ts";
import { textWidthPx } from "../../../src/lab/charts/fonts.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords, rounded } from "../../../src/lab/format.ts";
import { type DisputeSummary, medianOf } from "../summary.ts";
import { rowLabel } from "./wrongful-rulings.ts";

const READING_COLOURS = [COLOURS.vermilion, COLOURS.purple, COLOURS.blue, COLOURS.green, COLOURS.black, COLOURS.grey];

const TICKS = [0, 0.1, 0.3, 1, 3, 10, 30, 120];

/** Virtual time from a charge to its decision: a dot a job, by reading of the rules. */
export function timeToDecision(summaries: readonly DisputeSummary[]): Figure {
  const title = "How long a charge takes to be decided";
  const charged = summaries.filter(({ decisionSeconds }) => decisionSeconds.length > 0);
  const dots = charged.flatMap((summary) =>
    // Dots that would hide each other are one.
    [...new Set(summary.decisionSeconds.map((seconds) => rounded(seconds, 2)))].map((seconds) => ({
      reading: summary.reading,
      row: rowLabel(summary),
      seconds,
    })),
  );
  const readings = [...new Set(summaries.map(({ reading }) => reading))];
  const rows = [...new Set(charged.map(rowLabel))];
  return {
    name: "time-to-decision",
    title,
    description: `${title}. Median seconds: ${charged
      .map((summary) => `${summary.reading}, ${summary.label} ${inWords(medianOf(summary.decisionSeconds)!)}`)
      .join("; ")}.`,
    spec: (widthPx) => {
      const labelPx = Math.max(0, ...rows.map((row) => textWidthPx(row, 10.5)));
      return {
        ...frame(
          title,
          "Every time that occurs, to two digits: virtual time from the moment a pool takes the charge in or refuses it (at once: 0). Re-tests take the miners' model time; " +
            "what nobody answers stands when the window of two minutes ends. H/D: accuser honest, accused dishonest. No numbered claim: the dispute table of §2.4.",
          widthPx,
        ),
        data: { values: dots },
        width: widthPx - labelPx - 50,
        height: { step: 7 },
        mark: { type: "point", filled: true, size: 14, opacity: 0.6 },
        encoding: {
          y: {
            field: "row",
            type: "nominal",
            sort: rows,
            axis: { title: null, ticks: false, domain: false, grid: true, labelLimit: 260, labelPadding: 8 },
          },
          yOffset: { field: "reading", type: "nominal", sort: readings },
          x: {
            field: "seconds",
            type: "quantitative",
            axis: { title: "seconds from charge to decision", values: TICKS, labelExpr: "datum.value" },
            // Linear near 0, where refusals lie, and logarithmic beyond.
            scale: { type: "symlog", constant: 0.1, domain: [0, 200], nice: false },
          },
          color: {
            field: "reading",
            type: "nominal",
            sort: readings,
            scale: { domain: readings, range: readings.map((_, i) => READING_COLOURS[i % READING_COLOURS.length]!) },
            legend: {
              title: null,
              orient: "top",
              direction: widthPx >= NARROW_PX ? "horizontal" : "vertical",
              labelFontSize: 10.5,
              labelLimit: 300,
            },
          },
        },
      };
    },
  };
}
