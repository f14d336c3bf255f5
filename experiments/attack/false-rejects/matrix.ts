import type { Figure } from "../../../src/lab/charts/figure.ts";
import { heatMap, shareInCell } from "../../../src/lab/charts/heat-map.ts";
import { inWords } from "../../../src/lab/format.ts";
import { columnName, isShown, PUBLISHED_SCHEME, schemeNamed } from "../columns.ts";
import type { AcceptanceSummary } from "../summary.ts";

/** What a false-reject matrix can do without: the ends of a text alone, jobs that nobody looks at, and some budgets. */
const LEFT_OUT_FAMILIES = ["end-token", "proof-of-sampling"];
const LEFT_OUT_SCHEMES = ["rastic prototype k=16", "tolerant-rastic blog k=3 tau=0.5", "rastic whitepaper k=16"];

/** Honest variation by scheme: the probability that an honest output is rejected, one panel a sampling. */
export function rejectionMatrix(summary: readonly AcceptanceSummary[]): Figure {
  const shown = summary.filter(({ scheme, kind }) => kind !== "cheat" && isShown(scheme) && !isLeftOut(scheme));
  const title = "False rejects: how often each scheme rejects honest work";
  const worst = shown
    .filter(({ scheme }) => scheme === PUBLISHED_SCHEME)
    .toSorted((a, b) => a.accepted - b.accepted)
    .slice(0, 4)
    .map(({ strategy, sampling, accepted }) => `${strategy}, ${sampling}: ${inWords(1 - accepted)}`);
  return {
    name: "matrix",
    title,
    description: `${title}. Most often rejected by ${PUBLISHED_SCHEME}: ${worst.join("; ")}.`,
    spec: (widthPx) =>
      heatMap(
        {
          title,
          subtitle: [
            `Mean of 1 - P(accept), exact over the verifier's draws. "<": nothing was rejected, and this bounds it (95 %, over ${summary[0]!.prompts} prompts). ` +
              "Empty: the scheme needs evidence that the sampling does not give. Thresholds of statistics were set on other prompts, on the plain honest node alone. Claim C11 (blog).",
          ],
          cells: shown.map(({ sampling, strategy, scheme, accepted, low }) => ({
            panel: sampling,
            row: strategy,
            column: columnName(scheme),
            shade: 1 - accepted,
            words: shareInCell(1 - accepted, accepted === 1 ? 1 - low : null),
          })),
          rows: [...new Set(shown.map(({ strategy }) => strategy))],
          columns: [...new Set(shown.map(({ scheme }) => columnName(scheme)))],
        },
        widthPx,
      ),
  };
}

function isLeftOut(scheme: string): boolean {
  return LEFT_OUT_SCHEMES.includes(scheme) || LEFT_OUT_FAMILIES.includes(schemeNamed(scheme).family);
}
