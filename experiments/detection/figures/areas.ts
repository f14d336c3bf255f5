import type { Figure } from "../../../src/lab/charts/figure.ts";
import { heatMap } from "../../../src/lab/charts/heat-map.ts";
import { inWords } from "../../../src/lab/format.ts";
import { columnName, isShown, panelOf } from "../../attack/columns.ts";
import type { DetectionSummary } from "../summary.ts";

/** Strategy by scheme: area under the ROC curve. */
export function areaMatrix(summary: readonly DetectionSummary[]): Figure {
  const { sampling } = summary[0]!;
  const shown = summary.filter(({ scheme }) => isShown(scheme));
  const title = `How well schemes tell cheats from honest work: area under the ROC curve, ${sampling}`;
  const strategies = [...new Set(shown.map(({ strategy }) => strategy))];
  const best = strategies.map((strategy) => {
    const own = shown.filter((each) => each.strategy === strategy);
    return own.reduce((top, each) => (each.area > top.area ? each : top));
  });
  const hardest = best.toSorted((a, b) => a.area - b.area).slice(0, 4);
  return {
    name: "areas",
    title,
    description: `${title}. Hardest to tell, with the best scheme: ${hardest.map(({ strategy, scheme, area }) => `${strategy} ${inWords(area)} (${scheme})`).join(", ")}.`,
    spec: (widthPx) =>
      heatMap(
        {
          title,
          subtitle: [
            "0.5 is guessing, 1 is perfect. Honest side: every honest variation, on prompts that set no threshold. A scheme that only accepts or " +
              "rejects has one working point, joined to the corners by guessing. Intervals are in detection.csv. No numbered claim (§2.5 has RASTiC alone).",
          ],
          cells: shown.map(({ strategy, scheme, area }) => ({
            panel: panelOf(scheme),
            row: strategy,
            column: columnName(scheme),
            shade: Math.max(0, 2 * area - 1),
            words: area > 0.995 && area < 1 ? "> 0.99" : area.toFixed(2),
          })),
          rows: strategies,
          columns: [...new Set(shown.map(({ scheme }) => columnName(scheme)))],
        },
        widthPx,
      ),
  };
}
