import type { TopLevelSpec } from "vega-lite";
import type { Figure } from "../charts/figure.ts";
import { frame } from "../charts/frame.ts";
import { COLOURS, INK, LABEL_FONT_PX } from "../charts/theme.ts";
import { inWords } from "../format.ts";
import type { Comparison } from "./compare.ts";
import type { ChangeVerdict, MetricComparison } from "./judge.ts";

const MOST_ROWS = 40;
const ROW_HEIGHT_PX = 32;

const verdictLooks = {
  changed: { colour: COLOURS.vermilion, shape: "diamond" },
  undecided: { colour: COLOURS.grey, shape: "circle" },
  unchanged: { colour: COLOURS.blue, shape: "square" },
} as const satisfies Record<ChangeVerdict, object>;
const verdicts = Object.keys(verdictLooks) as ChangeVerdict[];

/** What differences of metrics in any unit are measured by, so that they stand side by side. */
interface Scale {
  readonly name: string;
  /** How much of the metric's unit is 1; 0 where it has no such measure. */
  readonly unitOf: (metric: MetricComparison) => number;
  /** Whether up to 1 either way is as good as the same. */
  readonly hasBand: boolean;
}

const inMargins: Scale = { name: "margins", unitOf: ({ margin }) => margin, hasBand: true };
/** For what has no margins: where everything is worked out, any difference is one. */
const inPercent: Scale = { name: "percent of A", unitOf: ({ meanA }) => Math.abs(meanA ?? 0) / 100, hasBand: false };

export function differencesFigure(comparison: Comparison): Figure {
  const { metrics, paired, exact, replication, replications } = comparison;
  const scale = metrics.some(({ margin, difference }) => margin > 0 && difference !== null) ? inMargins : inPercent;
  const shown = shownMetrics(metrics, scale);
  const left = metrics.length - shown.length;
  const title = `What changed from A to B, in ${scale === inMargins ? "equivalence margins" : scale.name}`;
  const number = `${replications.used} ${paired && !exact ? `pairs of ${replication}s` : `${replication}s${exact ? "" : " a side"}`}`;
  const measure =
    scale === inMargins
      ? "divided by each metric's margin: in the grey a difference counts as none."
      : "divided by A's mean: any difference is one.";
  const subtitle = `Mean of B - A over ${number}, ${exact ? "worked out exactly" : "with 95 % intervals"}, ${measure}${
    left > 0 ? ` ${left} more ${left === 1 ? "metric is" : "metrics are"} in the table.` : ""
  }`;
  const words = shown.map((metric) => inSentence(metric, scale)).join("; ");
  return {
    name: "differences",
    title,
    description: `${title}. ${words}.`,
    spec: (widthPx) => spec(shown, scale, { title, subtitle }, widthPx),
  };
}

/** Those that differ at all, the largest first; where none does, the first ones. */
function shownMetrics(metrics: readonly MetricComparison[], { unitOf }: Scale): MetricComparison[] {
  const drawable = metrics.filter((metric) => unitOf(metric) > 0 && metric.difference !== null);
  const differing = drawable.filter(({ a, b }) => a.length !== b.length || a.some((value, i) => value !== b[i]));
  const size = (metric: MetricComparison) => Math.abs(metric.difference!) / unitOf(metric);
  const ordered = differing.toSorted(
    (one, other) => verdicts.indexOf(one.verdict) - verdicts.indexOf(other.verdict) || size(other) - size(one),
  );
  return (ordered.length > 0 ? ordered : drawable).slice(0, MOST_ROWS);
}

function inSentence(metric: MetricComparison, { name, unitOf }: Scale): string {
  return `${metric.id} ${inWords(metric.difference! / unitOf(metric))} ${name}, ${metric.verdict}`;
}

function spec(
  shown: readonly MetricComparison[],
  { name, unitOf, hasBand }: Scale,
  { title, subtitle }: { readonly title: string; readonly subtitle: string },
  widthPx: number,
): TopLevelSpec {
  const values = shown.map((metric, row) => {
    const { id, low, high, verdict } = metric;
    const difference = metric.difference!;
    const unit = unitOf(metric);
    return {
      label: id,
      row,
      verdict,
      difference: difference / unit,
      low: (low ?? difference) / unit,
      high: (high ?? difference) / unit,
    };
  });
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
      title: `difference B - A, in ${name}`,
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
    ...frame(title, subtitle, widthPx),
    width: widthPx - 40,
    height,
    data: { values },
    layer: [
      {
        data: { values: strips },
        mark: { type: "rect", color: "#E9E9E9", opacity: hasBand ? 1 : 0 },
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
