import type { Figure } from "../../../src/lab/charts/figure.ts";
import { NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { linesOnOwnScales } from "../../../src/lab/charts/lines-with-ends.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { blogBudgetOf } from "../../attack/columns.ts";
import type { AcceptanceSummary } from "../../attack/summary.ts";
import { publishedAcceptance } from "../published.ts";

/** Means and interval ends below this are not drawn: a mean over some hundred outputs says nothing about them. */
const FLOOR = 1e-5;
const COLOUR_ORDER = [COLOURS.vermilion, COLOURS.blue, COLOURS.green, COLOURS.purple, COLOURS.black, COLOURS.grey];
const SHAPES = ["circle", "square", "diamond", "triangle-up", "cross", "circle"];
/** As many lines as there are colours that can be told apart. */
const LINES_A_PANEL = COLOUR_ORDER.length;
const PANEL_HEIGHT_PX = 125;

/** What more integrity checks buy: acceptance by check budget, one line a cheat (claims C2 and C10). */
export function acceptanceByBudget(summary: readonly AcceptanceSummary[]): Figure {
  const { sampling } = summary[0]!;
  const cheats = summary.flatMap((each) => {
    const budget = blogBudgetOf(each.scheme);
    return budget === null || each.kind !== "cheat" ? [] : [{ ...each, budget }];
  });
  const never = [...Map.groupBy(cheats, ({ strategy }) => strategy)]
    .filter(([, own]) => own.every(({ accepted }) => accepted < FLOOR))
    .map(([strategy]) => strategy);
  const points = cheats
    .filter(({ strategy, accepted }) => !never.includes(strategy) && accepted >= FLOOR)
    .map(({ strategy, budget, accepted, low, high }) => ({
      series: strategy,
      x: budget,
      y: accepted,
      low: Math.max(low, FLOOR),
      high,
    }));
  const budgets = [...new Set(points.map(({ x }) => x))].toSorted((a, b) => a - b);
  // Those that pass alike share a panel: first who is accepted most at the largest k, who is not seen there after who is.
  const series = [...Map.groupBy(points, (point) => point.series)]
    .map(([name, line]) => ({ name, end: line.reduce((a, b) => (b.x > a.x ? b : a)) }))
    .toSorted((a, b) => b.end.x - a.end.x || b.end.y - a.end.y)
    .map(({ name }) => name);
  const perPanel = Math.ceil(series.length / Math.ceil(series.length / LINES_A_PANEL));
  const panelOf = (name: string) => {
    const first = Math.floor(series.indexOf(name) / perPanel) * perPanel;
    const last = Math.min(first + perPanel, series.length);
    const rank = last === first + 1 ? String(last) : `${first + 1} to ${last}`;
    return `${sampling}, cheats ${rank} of ${series.length} by P(accept) at k = ${budgets.at(-1)}`;
  };
  const title = "False accepts by check budget k, RASTiC as in the blog";
  const unseen =
    never.length === 0 ? "" : ` Accepted with less than ${FLOOR} at every k, so not drawn: ${never.join(", ")}.`;
  const last = points.filter(({ x }) => x === Math.max(...budgets)).toSorted((a, b) => b.y - a.y);
  return {
    name: "by-check-budget",
    title,
    description: `${title}. At k = ${Math.max(...budgets)}: ${last.map(({ series, y }) => `${series} ${inWords(y)}`).join(", ")}.${unseen}`,
    spec: (widthPx) =>
      linesOnOwnScales(
        {
          title,
          subtitle: [
            `Mean P(accept), exact over the verifier's draws, bars: 95 % intervals clustered by prompt. The published figure for k = 1, ` +
              `${publishedAcceptance(3).toExponential(2)}, lies decades under these axes. Each panel has its own scale; bars may go on below it.${unseen} Claim C2 (blog, §2.5.4).`,
          ],
          // In the order of the panels.
          points: series.flatMap((name) =>
            points.filter((point) => point.series === name).map((point) => ({ ...point, panel: panelOf(name) })),
          ),
          looks: series.map((name, i) => ({
            series: name,
            colour: COLOUR_ORDER[i % perPanel]!,
            shape: SHAPES[i % perPanel]!,
            borrowed: false,
          })),
          x: { title: "k, integrity positions per verification", ticks: budgets },
          y: { title: "P(accept)" },
          panelHeightPx: widthPx < NARROW_PX ? PANEL_HEIGHT_PX * 1.5 : PANEL_HEIGHT_PX,
          cutBars: true,
        },
        widthPx,
      ),
  };
}
