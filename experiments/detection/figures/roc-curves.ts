import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import type { RocPoint } from "../../../src/statistics/roc.ts";
import { columnName } from "../../attack/columns.ts";
import type { AttackRow } from "../../attack/rows.ts";
import { hardestToDetect } from "../hardest.ts";
import { type DetectionSummary, MAX_FALSE_REJECT_RATE, rocOf } from "../summary.ts";

const PANELS = 6;
const COLOUR_ORDER = [COLOURS.vermilion, COLOURS.blue, COLOURS.green, COLOURS.purple, COLOURS.black, COLOURS.grey];

/** ROC curves of the schemes with a score, for the cheats that are hardest to tell from honest work. */
export function rocCurves(rows: readonly AttackRow[], summary: readonly DetectionSummary[]): Figure {
  const { sampling } = summary[0]!;
  const schemes = [...new Set(summary.map(({ scheme }) => scheme))].filter((scheme) => scheme in rows[0]!.scores);
  const strategies = hardestToDetect(summary, (scheme) => schemes.includes(scheme), PANELS);
  const honest = rows.filter((row) => row.sampling === sampling && row.split === "evaluation" && row.kind !== "cheat");
  const floor = 1 / (2 * honest.length);
  const points = strategies.flatMap((strategy) =>
    schemes.flatMap((scheme) =>
      thinned(rocOf(rows, sampling, strategy, scheme)!).map(({ falseRejectShare, detectedShare }, order) => ({
        strategy,
        scheme: columnName(scheme),
        x: Math.max(falseRejectShare, floor),
        y: detectedShare,
        order,
      })),
    ),
  );
  const title = `ROC curves of the ${strategies.length} cheats that scores tell worst, ${sampling}`;
  const areas = summary.filter(({ strategy, scheme }) => strategies.includes(strategy) && schemes.includes(scheme));
  return {
    name: "roc-curves",
    title,
    description: `${title}. Areas: ${areas.map(({ strategy, scheme, area }) => `${strategy}, ${columnName(scheme)} ${inWords(area)}`).join("; ")}.`,
    spec: (widthPx) => {
      const columns = widthPx >= NARROW_PX ? 3 : 2;
      const names = schemes.map(columnName);
      return {
        ...frame(
          title,
          `Share of the cheat's outputs rejected against share of honest outputs rejected (logarithmic; the left edge stands for none of ${honest.length}). ` +
            `Dashed: ${100 * MAX_FALSE_REJECT_RATE} % false rejects. Schemes without a score have no curve. No numbered claim (§2.5 has RASTiC alone).`,
          widthPx,
        ),
        data: { values: points },
        facet: { field: "strategy", type: "nominal", sort: strategies },
        columns,
        spacing: 14,
        spec: {
          width: Math.floor((widthPx - 70) / columns) - 26,
          height: 130,
          layer: [
            {
              mark: { type: "rule", clip: true, strokeDash: [3, 3], color: COLOURS.grey, strokeWidth: 0.75 },
              encoding: { x: { datum: MAX_FALSE_REJECT_RATE } },
            },
            {
              mark: { type: "line", strokeWidth: 1.4, interpolate: "step-after" },
              encoding: {
                x: {
                  field: "x",
                  type: "quantitative",
                  scale: { type: "log", domain: [floor, 1], nice: false },
                  axis: { title: "share of honest outputs rejected", format: "~g", values: [0.001, 0.01, 0.1, 1] },
                },
                y: {
                  field: "y",
                  type: "quantitative",
                  scale: { domain: [0, 1] },
                  axis: { title: "share of cheats detected", format: "~g", values: [0, 0.5, 1] },
                },
                color: {
                  field: "scheme",
                  type: "nominal",
                  scale: { domain: names, range: names.map((_, i) => COLOUR_ORDER[i % COLOUR_ORDER.length]!) },
                  legend: { title: null, orient: "top", labelLimit: 0, columns, symbolType: "stroke" },
                },
                order: { field: "order" },
              },
            },
          ],
        },
      };
    },
  };
}

/** A point for each fiftieth of the cheat's outputs, and the ends: more than the eye tells apart. */
function thinned(curve: readonly RocPoint[]): RocPoint[] {
  const step = ({ detectedShare }: RocPoint) => Math.round(50 * detectedShare);
  return curve.filter((point, i) => i === 0 || i === curve.length - 1 || step(point) !== step(curve[i - 1]!));
}
