import type { TopLevelSpec } from "vega-lite";
import { inWords } from "../claims/verdict.ts";
import type { Figure } from "../figures/figure.ts";
import { COLOURS, INK, wrapText } from "../figures/theme.ts";
import type { Comparison } from "./compare.ts";
import type { ChangeVerdict, MetricComparison } from "./judge.ts";

const MOST_ROWS = 40;
const ROW_HEIGHT_PX = 32;
const LABEL_FONT_PX = 10.5;

const verdictLooks = {
  changed: { colour: COLOURS.vermilion, shape: "diamond" },
  undecided: { colour: COLOURS.grey, shape: "circle" },
  unchanged: { colour: COLOURS.blue, shape: "square" },
} as const satisfies Record<ChangeVerdict, object>;
const verdicts = Object.keys(verdictLooks) as ChangeVerdict[];

/** Differences in margins, so that metrics of any unit stand side by side: within the band is as good as the same. */
export function differencesFigure(comparison: Comparison): Figure {
  const { metrics, paired, replication, replications } = comparison;
  const shown = shownMetrics(metrics);
  const left = metrics.length - shown.length;
  const title = "What changed from A to B, in equivalence margins";
  const subtitle =
    `Mean of B - A over ${replications.used} ${paired ? `pairs of ${replication}s` : `${replication}s a side`}, with 95 % intervals, divided by each ` +
    `metric's margin: in the grey a difference counts as none.${left > 0 ? ` ${left} more ${left === 1 ? "metric is" : "metrics are"} in the table.` : ""}`;
  return {
    name: "differences",
    title,
    description: `${title}. ${shown.map(inSentence).join("; ")}.`,
    spec: (widthPx) => spec(shown, title, subtitle, widthPx),
  };
}

/** Those that differ at all, the largest first; where none does, the first ones. Without a margin there is no scale. */
function shownMetrics(metrics: readonly MetricComparison[]): MetricComparison[] {
  const drawable = metrics.filter(({ margin, difference }) => margin > 0 && difference !== null);
  const differing = drawable.filter(({ a, b }) => a.length !== b.length || a.some((value, i) => value !== b[i]));
  const size = ({ difference, margin }: MetricComparison) => Math.abs(difference!) / margin;
  const ordered = differing.toSorted(
    (one, other) => verdicts.indexOf(one.verdict) - verdicts.indexOf(other.verdict) || size(other) - size(one),
  );
  return (ordered.length > 0 ? ordered : drawable).slice(0, MOST_ROWS);
}

function inSentence({ id, difference, margin, verdict }: MetricComparison): string {
  return `${id} ${inWords(difference! / margin)} margins, ${verdict}`;
}

function spec(shown: readonly MetricComparison[], title: string, subtitle: string, widthPx: number): TopLevelSpec {
  const values = shown.map(({ id, difference, low, high, margin, verdict }, row) => ({
    label: id,
    row,
    verdict,
    difference: difference! / margin,
    low: (low ?? difference!) / margin,
    high: (high ?? difference!) / margin,
  }));
  // Behind the dots alone: a label above its dot stands on white.
  const strips = values.map(({ row }) => ({ from: -1, zero: 0, to: 1, top: row - 0.16, bottom: row + 0.42 }));
  const reach = Math.max(2, ...values.flatMap(({ low, high, difference }) => [low, high, difference].map(Math.abs)));
  const ticks = [1, 10, 100, 1000, 1e4, 1e5, 1e6].filter((tick) => tick <= reach);
  const height = ROW_HEIGHT_PX * Math.max(1, values.length);
  const y = {
    field: "row",
    type: "quantitative" as const,
    scale: { domain: [-0.75, values.length - 0.25], reverse: true, nice: false },
    axis: null,
  };
  const x = (field: string) => ({
    field,
    type: "quantitative" as const,
    scale: { type: "symlog" as const, constant: 1, domain: [-1.1 * reach, 1.1 * reach], nice: false },
    axis: {
      title: "difference B - A, in margins",
      values: [...ticks.map((tick) => -tick), 0, ...ticks],
      format: ",d",
      labelOverlap: true,
    },
  });
  const look = (of: (verdict: ChangeVerdict) => string) => ({ domain: verdicts, range: verdicts.map(of) });
  const colour = {
    field: "verdict",
    type: "nominal" as const,
    scale: look((verdict) => verdictLooks[verdict].colour),
    legend: { title: null, orient: "top" as const, direction: "horizontal" as const },
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: wrapText(title, widthPx - 16, 14, true),
      subtitle: wrapText(subtitle, widthPx - 16, LABEL_FONT_PX),
    },
    width: widthPx - 40,
    height,
    data: { values },
    layer: [
      {
        data: { values: strips },
        mark: { type: "rect", color: "#E9E9E9" },
        encoding: { x: x("from"), x2: { field: "to" }, y: { ...y, field: "top" }, y2: { field: "bottom" } },
      },
      {
        data: { values: strips },
        mark: { type: "rule", color: INK, strokeWidth: 1 },
        encoding: { x: x("zero"), y: { ...y, field: "top" }, y2: { field: "bottom" } },
      },
      {
        mark: { type: "text", align: "left", baseline: "bottom", dy: -6, fontSize: LABEL_FONT_PX },
        encoding: { x: { value: 2 }, y, text: { field: "label" } },
      },
      {
        mark: { type: "rule", strokeWidth: 1.75 },
        encoding: { x: x("low"), x2: { field: "high" }, y, color: colour },
      },
      {
        mark: { type: "point", filled: true, size: 55, opacity: 1 },
        encoding: {
          x: x("difference"),
          y,
          color: colour,
          shape: {
            field: "verdict",
            type: "nominal",
            scale: look((verdict) => verdictLooks[verdict].shape),
            legend: { title: null, orient: "top", direction: "horizontal" },
          },
        },
      },
    ],
  };
}
