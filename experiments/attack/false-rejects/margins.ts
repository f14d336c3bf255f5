import type { Figure } from "../../../src/lab/charts/figure.ts";
import { textWidthPx } from "../../../src/lab/charts/fonts.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS, INK } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import type { AttackRow } from "../rows.ts";

/** The tolerance that the standard schemes forgive. */
const TOLERANCE_LOGITS = 0.5;
const COLOUR_ORDER = [COLOURS.vermilion, COLOURS.blue, COLOURS.green, COLOURS.purple];

/** By how much honest tokens lose where they lose: what a tolerance has to forgive. Null for a run without flips. */
export function marginsOfFlips(rows: readonly AttackRow[]): Figure | null {
  const flips = rows
    .filter(({ split, kind }) => split === "evaluation" && kind === "honest-variation")
    .flatMap(({ strategy, sampling, flipMargins }) =>
      flipMargins.filter((margin) => margin > 0).map((margin) => ({ strategy, sampling, margin })),
    );
  if (flips.length === 0) return null;
  const strategies = [...new Set(flips.map(({ strategy }) => strategy))];
  const samplings = [...new Set(flips.map(({ sampling }) => sampling))];
  const title = "By how many logits honest tokens lose where they lose";
  const widest = flips.reduce((most, each) => (each.margin > most.margin ? each : most));
  return {
    name: "margins-of-flips",
    title,
    description: `${title}. ${flips.length} flips; the widest, ${inWords(widest.margin)} logits, by ${widest.strategy} (${widest.sampling}).`,
    spec: (widthPx) => {
      const labelPx = widthPx < NARROW_PX ? 120 : Math.max(...strategies.map((name) => textWidthPx(name, 10.5))) + 8;
      const domain = [
        Math.min(...flips.map(({ margin }) => margin)) / 1.5,
        Math.max(widest.margin, TOLERANCE_LOGITS) * 1.5,
      ];
      const x = {
        type: "quantitative" as const,
        scale: { type: "log" as const, domain, nice: false },
        axis: { title: "margin, logits", format: "~g", tickCount: 6 },
      };
      return {
        ...frame(
          title,
          `One tick a flip. Under gumbel sampling the margin is T times the difference of logit / T + noise; inverse-cdf sampling has none, and is not here. Dashed: the tolerance of the tolerant schemes, ${TOLERANCE_LOGITS}. Claim C11 (blog).`,
          widthPx,
        ),
        data: { values: flips },
        width: widthPx - labelPx - 40,
        height: { step: Math.max(16, 10 * samplings.length), for: "position" },
        layer: [
          {
            mark: { type: "rule", color: INK, strokeDash: [4, 3] },
            encoding: { x: { datum: TOLERANCE_LOGITS, ...x } },
          },
          {
            mark: { type: "tick", thickness: 1.2, size: 9, opacity: 0.75 },
            encoding: {
              x: { field: "margin", ...x },
              y: {
                field: "strategy",
                type: "nominal",
                sort: strategies,
                axis: { title: null, ticks: false, domain: false, labelLimit: labelPx },
              },
              yOffset: { field: "sampling", type: "nominal", sort: samplings },
              color: {
                field: "sampling",
                type: "nominal",
                scale: { domain: samplings, range: samplings.map((_, i) => COLOUR_ORDER[i % COLOUR_ORDER.length]!) },
                legend: {
                  title: null,
                  orient: "top",
                  labelLimit: 0,
                  columns: widthPx < NARROW_PX ? 1 : 3,
                  symbolOpacity: 1,
                },
              },
            },
          },
        ],
      };
    },
  };
}
