import { inWords } from "../../claims/verdict.ts";
import { publishedAcceptance } from "../../published/acceptance.ts";
import { budgetOf } from "../attack/columns.ts";
import type { AcceptanceSummary } from "../attack/summary.ts";
import type { Figure } from "../figure.ts";
import { linesWithEnds } from "../lines-with-ends.ts";
import { COLOURS } from "../theme.ts";

/** Means and interval ends below this are not drawn: a mean over some hundred outputs says nothing about them. */
const FLOOR = 1e-5;
const COLOUR_ORDER = [COLOURS.vermilion, COLOURS.blue, COLOURS.green, COLOURS.purple, COLOURS.black, COLOURS.grey];
const SHAPES = ["circle", "square", "diamond", "triangle-up", "cross"];
const SERIES_PX = 14;

/** What more integrity checks buy: acceptance by check budget, one line a cheat (claims C2 and C10). */
export function acceptanceByBudget(summary: readonly AcceptanceSummary[]): Figure {
  const { sampling } = summary[0]!;
  const cheats = summary.flatMap((each) => {
    const budget = budgetOf(each.scheme, "rastic blog");
    return budget === null || each.kind !== "cheat" ? [] : [{ ...each, budget }];
  });
  const never = [...Map.groupBy(cheats, ({ strategy }) => strategy)]
    .filter(([, own]) => own.every(({ accepted }) => accepted < FLOOR))
    .map(([strategy]) => strategy);
  const points = cheats
    .filter(({ strategy, accepted }) => !never.includes(strategy) && accepted >= FLOOR)
    .map(({ strategy, budget, accepted, low, high }) => ({
      panel: sampling,
      series: strategy,
      x: budget,
      y: accepted,
      low: Math.max(low, FLOOR),
      high,
    }));
  const series = [...new Set(points.map((point) => point.series))];
  const budgets = [...new Set(points.map(({ x }) => x))];
  const title = "False accepts by check budget k, RASTiC as in the blog";
  const unseen =
    never.length === 0 ? "" : ` Accepted with less than ${FLOOR} at every k, so not drawn: ${never.join(", ")}.`;
  const last = points.filter(({ x }) => x === Math.max(...budgets)).toSorted((a, b) => b.y - a.y);
  return {
    name: "by-check-budget",
    title,
    description: `${title}. At k = ${Math.max(...budgets)}: ${last.map(({ series, y }) => `${series} ${inWords(y)}`).join(", ")}.${unseen}`,
    spec: (widthPx) =>
      linesWithEnds(
        {
          title,
          subtitle: [
            `Mean P(accept), exact over the verifier's draws, bars: 95 % intervals clustered by prompt. The published figure for k = 1, ` +
              `${publishedAcceptance(3).toExponential(2)}, lies ten decades under this axis.${unseen} Claim C2 (blog, §2.5.4).`,
          ],
          points,
          looks: series.map((name, i) => ({
            series: name,
            colour: COLOUR_ORDER[i % COLOUR_ORDER.length]!,
            shape: SHAPES[Math.floor(i / COLOUR_ORDER.length) % SHAPES.length]!,
            borrowed: false,
          })),
          x: { title: "k, integrity positions per verification", ticks: budgets },
          y: { title: "P(accept)" },
          panelHeightPx: Math.max(260, series.length * SERIES_PX),
        },
        widthPx,
      ),
  };
}
