import { boundedDots } from "../../../src/lab/charts/bounded-dots.ts";
import type { Figure } from "../../../src/lab/charts/figure.ts";
import { inWords } from "../../../src/lab/format.ts";
import type { VariationSummary } from "./variations.ts";

/** How often an honest node's token is not the verifier's, by what the node does differently and how tokens are picked (C11). */
export function flipsByVariation(summary: readonly VariationSummary[]): Figure {
  const title = "Honest tokens that the verifier would not have picked";
  const highs = summary.map(({ flipsPerThousandHigh }) => flipsPerThousandHigh);
  const lows = summary.flatMap(({ flips, flipsPerThousand }) => (flips > 0 ? [flipsPerThousand] : []));
  const floor = 10 ** Math.floor(Math.log10(Math.min(...highs, ...lows) / 3));
  const top = 10 ** Math.ceil(Math.log10(Math.max(...highs)));
  const decades = Array.from({ length: Math.round(Math.log10(top / floor)) + 1 }, (_, i) => floor * 10 ** i);
  const worst = summary.reduce((most, each) => (each.flipsPerThousand > most.flipsPerThousand ? each : most));
  return {
    name: "flips",
    title,
    description: `${title}. Most: ${worst.strategy} (${worst.sampling}), ${inWords(worst.flipsPerThousand)} of a thousand positions.`,
    spec: (widthPx) =>
      boundedDots(
        {
          title,
          subtitle:
            "Flips in a thousand positions, with 95 % intervals clustered by prompt. Line from the left: no flip was seen, and its end is the exact " +
            "upper end over positions. The verifier reads everything in one batch on one thread, F16 cache, no flash attention. Claim C11 (blog).",
          dots: summary.map((each) => ({
            row: each.strategy,
            series: each.sampling,
            value: each.flipsPerThousand,
            low: each.flipsPerThousandLow,
            high: each.flipsPerThousandHigh,
            bound: each.flips === 0,
          })),
          x: { title: "flips per 1000 positions", domain: [floor, top], ticks: decades, format: "~g" },
        },
        widthPx,
      ),
  };
}
