import type { Figure } from "../../../src/lab/charts/figure.ts";
import { heatMap, shareInCell } from "../../../src/lab/charts/heat-map.ts";
import { inWords } from "../../../src/lab/format.ts";
import type { SummaryTable } from "../../../src/lab/results/experiment-report.ts";
import { blogBudgetOf, columnName, isShown, PUBLISHED_SCHEME, panelOf } from "../../attack/columns.ts";
import type { AcceptanceSummary, CostSummary } from "../../attack/summary.ts";
import { publishedAcceptance } from "../published.ts";

const PUBLISHED = "published, guessing";

/** Strategy by scheme: mean probability that the output is accepted, the published figure in the first row (claim C2). */
export function acceptanceMatrix(summary: readonly AcceptanceSummary[], costs: readonly CostSummary[]): Figure {
  const { sampling, prompts } = summary[0]!;
  const shown = summary.filter(({ scheme }) => isShown(scheme));
  const pointless = new Set(costs.flatMap(({ strategy, pointless }) => (pointless ? [strategy] : [])));
  const label = (strategy: string) => (pointless.has(strategy) ? `${strategy} †` : strategy);
  const strategies = inOrder(shown);
  const title = `False accepts: how often each cheat passes each scheme, ${sampling}`;
  const worst = shown
    .filter(({ scheme, kind }) => scheme === PUBLISHED_SCHEME && kind === "cheat")
    .toSorted((a, b) => b.accepted - a.accepted)
    .slice(0, 5)
    .map(({ strategy, accepted }) => `${strategy} ${inWords(accepted)}`);
  const published = [...new Set(shown.map(({ scheme }) => scheme))].flatMap((scheme) => {
    const budget = blogBudgetOf(scheme);
    return budget === null ? [] : [{ scheme, value: publishedAcceptance(budget + 2) }];
  });
  return {
    name: "matrix",
    title,
    description: `${title}. Published for three guessed positions: 7.78e-15. Most often accepted by ${PUBLISHED_SCHEME}: ${worst.join(", ")}.`,
    spec: (widthPx) =>
      heatMap(
        {
          title,
          subtitle: [
            `Mean P(accept) over ${prompts} prompts, exact over the verifier's draws. "<": nothing was accepted, and this bounds it (95 %). ` +
              "First row: the published 1/50257³, printed as 7.78e-15 (C2; blog, §2.5.4). Last row: honest nodes. " +
              "†: costs its node as much as honest work or more.",
          ],
          cells: [
            ...published.map(({ scheme, value }) => ({
              panel: panelOf(scheme),
              row: PUBLISHED,
              column: columnName(scheme),
              shade: 0,
              words: value < 1e-20 ? "~ 0" : value.toExponential(1),
            })),
            ...shown.map((each) => ({
              panel: panelOf(each.scheme),
              row: label(each.strategy),
              column: columnName(each.scheme),
              shade: each.accepted,
              words: shareInCell(each.accepted, each.nothingAccepted ? each.high : null),
            })),
          ],
          rows: [PUBLISHED, ...strategies.map(label)],
          columns: [...new Set(shown.map(({ scheme }) => columnName(scheme)))],
        },
        widthPx,
      ),
  };
}

/** The matrix of another sampling, to read. */
export function matrixDigest(summary: readonly AcceptanceSummary[]): SummaryTable {
  const { sampling } = summary[0]!;
  const shown = summary.filter(({ scheme }) => isShown(scheme));
  const schemes = [...new Set(shown.map(({ scheme }) => scheme))];
  return {
    caption: `Mean P(accept), ${sampling}; "<": nothing was accepted, and this bounds it (95 %). Intervals are in acceptance.csv. Shares`,
    columns: [
      { name: "strategy", type: "text", unit: null, description: "how the jobs were answered" },
      ...schemes.map((scheme) => ({
        name: columnName(scheme),
        type: "text" as const,
        unit: null,
        description: scheme,
      })),
    ],
    rows: inOrder(shown).map((strategy) => ({
      strategy,
      ...Object.fromEntries(
        shown
          .filter((each) => each.strategy === strategy)
          .map(({ scheme, accepted, nothingAccepted, high }) => [
            columnName(scheme),
            shareInCell(accepted, nothingAccepted ? high : null),
          ]),
      ),
    })),
  };
}

/** Cheats first, in their own order. */
function inOrder(summary: readonly AcceptanceSummary[]): string[] {
  const own = (cheats: boolean) => summary.filter(({ kind }) => (kind === "cheat") === cheats);
  return [...new Set([...own(true), ...own(false)].map(({ strategy }) => strategy))];
}
