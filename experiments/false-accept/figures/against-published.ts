import { boundedDots } from "../../../src/lab/charts/bounded-dots.ts";
import type { Figure } from "../../../src/lab/charts/figure.ts";
import { inWords } from "../../../src/lab/format.ts";
import { PUBLISHED_SCHEME } from "../../attack/columns.ts";
import type { AcceptanceSummary } from "../../attack/summary.ts";
import { printedAcceptance, publishedAcceptance } from "../published.ts";

/** How often each cheat passes RASTiC with three checks, on the scale of the published figure (claim C2). */
export function acceptanceAgainstPublished(summary: readonly AcceptanceSummary[]): Figure {
  const cheats = summary.filter(({ scheme, kind }) => scheme === PUBLISHED_SCHEME && kind === "cheat");
  const title = `Measured false accepts beside the published one, ${PUBLISHED_SCHEME}`;
  const least = cheats.filter(({ accepted }) => accepted > 0).toSorted((a, b) => a.accepted - b.accepted)[0];
  return {
    name: "against-published",
    title,
    description:
      `${title}. Published: ${printedAcceptance}. ` +
      (least
        ? `The least that was accepted at all: ${least.strategy} (${least.sampling}), ${inWords(least.accepted)}.`
        : "Nothing was accepted."),
    spec: (widthPx) =>
      boundedDots(
        {
          title,
          subtitle:
            "Dots: mean over prompts with its 95 % interval. Line from the left: nothing was accepted, and its end is what it can be at " +
            `most. Dashed: the published ${printedAcceptance} (1/50257³ is ${publishedAcceptance(3).toExponential(2)}; C2; blog, §2.5.4).`,
          dots: cheats.map(({ strategy, sampling, accepted, low, high, nothingAccepted }) => ({
            row: strategy,
            series: sampling,
            value: accepted,
            low,
            high,
            bound: nothingAccepted,
          })),
          x: {
            title: "P(accept)",
            domain: [1e-16, 1],
            ticks: [1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1],
            format: "~e",
          },
          level: printedAcceptance,
        },
        widthPx,
      ),
  };
}
