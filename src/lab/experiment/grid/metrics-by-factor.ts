import type { Figure } from "../../charts/figure.ts";
import { frame, NARROW_PX } from "../../charts/frame.ts";
import { COLOURS } from "../../charts/theme.ts";
import { inWords } from "../../format.ts";
import { type FactorValues, valueText } from "../factors.ts";
import type { GridMean } from "./summary.ts";

const PANELS = 8;
/** Between the two lines of a panel's title. */
const LINE = " | ";
/** What varies by less is not shown as varying. */
const LEAST_RELATIVE_RANGE = 0.01;
const LARGE_IN_SHORT = "abs(datum.value) >= 1e6 ? format(datum.value, '~s') : datum.label";
const LOOKS = Object.values(COLOURS);

/**
 * How metrics depend on the first factor that has several values, a panel each, a colour for each combination of the others. Undefined
 * where nothing varies.
 */
export function metricsByFactor(means: readonly GridMean[], combinations: readonly FactorValues[]): Figure | undefined {
  const paths = Object.keys(combinations[0]!);
  const varied = paths.filter((path) => new Set(combinations.map((values) => valueText(values[path]!))).size > 1);
  const [factor, ...others] = varied.length > 0 ? varied : paths;
  const all = [...Map.groupBy(means, panelOf).values()];
  const shown = mostVaried(all);
  if (shown.length === 0) return undefined;
  // Of one other factor the legend's title says the name.
  const named = (path: string) => (others.length === 1 ? "" : `${path} `);
  const groupOf = (values: FactorValues) => others.map((path) => named(path) + valueText(values[path]!)).join(", ");
  const groups = [...new Set(combinations.map(groupOf))].slice(0, LOOKS.length);
  const values = combinations.map((one) => one[factor!]).filter((value) => typeof value === "number");
  const spread = values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
  const points = shown.flat().flatMap((one) => {
    const group = groupOf(one.values);
    const value = one.values[factor!]!;
    // Points of one value stand side by side, so that none hides another.
    const aside = 0.012 * spread * (groups.indexOf(group) - (groups.length - 1) / 2);
    const x = typeof value === "number" ? value + aside : valueText(value);
    return groups.includes(group)
      ? [{ panel: panelOf(one), x, group, mean: one.mean, low: one.low, high: one.high }]
      : [];
  });
  // A layer without any value would have no extent to scale.
  const hasIntervals = points.some(({ low }) => low !== null);
  const sampling = hasIntervals
    ? "Mean over replications with its 95 % interval (Student), none where all came out alike; every combination ran on the same random draws."
    : "Nothing was replicated, so no interval can be given; every combination ran on the same random draws.";
  const numeric = combinations.every((values) => typeof values[factor!] === "number");
  const title = `What changes with ${factor}`;
  const words = shown.map((own) => {
    const extremes = own.toSorted((a, b) => a.mean - b.mean);
    return `${panelOf(own[0]!).replace(LINE, ", ")}: ${inWords(extremes[0]!.mean)} to ${inWords(extremes.at(-1)!.mean)}`;
  });
  const which = shown.length === PANELS ? "vary most" : `vary by more than ${100 * LEAST_RELATIVE_RANGE} %`;
  const scope =
    all.length > shown.length ? `The ${shown.length} of ${all.length} metrics that ${which}, all in summary.csv. ` : "";
  return {
    name: "metrics-by-factor",
    title,
    description: `${title}. ${words.join("; ")}.`,
    spec: (widthPx) => ({
      ...frame(title, `${scope}${sampling} No published claim speaks of it.`, widthPx),
      data: { values: points },
      facet: {
        field: "panel",
        type: "nominal",
        sort: shown.map((own) => panelOf(own[0]!)),
        header: { labelExpr: `split(datum.label, "${LINE}")`, labelFontSize: 10.5, labelLimit: 300 },
      },
      columns: widthPx >= NARROW_PX ? 2 : 1,
      spacing: { row: 16, column: 28 },
      resolve: { scale: { y: "independent" } },
      spec: {
        width: widthPx >= NARROW_PX ? Math.floor((widthPx - 170) / 2) : widthPx - 90,
        height: 110,
        encoding: {
          x: {
            field: "x",
            type: numeric ? "quantitative" : "ordinal",
            sort: null,
            scale: numeric ? { zero: false, padding: 8 } : {},
            axis: { title: factor!, tickCount: 5, labelAngle: 0 },
          },
          ...(others.length > 0
            ? {
                color: {
                  field: "group",
                  type: "nominal" as const,
                  scale: { domain: groups, range: LOOKS.slice(0, groups.length) },
                  legend: {
                    title: others.length === 1 ? others[0]! : null,
                    orient: "top" as const,
                    columns: others.length > 1 ? 1 : widthPx >= NARROW_PX ? 6 : 3,
                    labelFontSize: 10.5,
                    labelLimit: widthPx - 40,
                    titleLimit: widthPx - 16,
                  },
                },
              }
            : { color: { value: COLOURS.blue } }),
        },
        layer: [
          {
            mark: { type: "line", strokeWidth: 1.2 },
            encoding: {
              y: {
                field: "mean",
                type: "quantitative",
                scale: { zero: false },
                axis: { title: null, tickCount: 4, minExtent: 48, labelExpr: LARGE_IN_SHORT },
              },
            },
          },
          ...(hasIntervals
            ? [
                {
                  transform: [{ filter: "isValid(datum.low)" }],
                  mark: { type: "rule" as const, strokeWidth: 1.2 },
                  encoding: { y: { field: "low", type: "quantitative" as const }, y2: { field: "high" } },
                },
              ]
            : []),
          {
            mark: { type: "point", filled: true, size: 26, opacity: 1 },
            encoding: { y: { field: "mean", type: "quantitative" } },
          },
        ],
      },
    }),
  };
}

function panelOf({ part, metric, unit }: GridMean): string {
  const named = unit === null || metric.toLowerCase().includes(unit);
  return `${part}${LINE}${metric}${named ? "" : ` (${unit})`}`;
}

/** Those whose means differ most for the width of their intervals, in the order of the table. */
function mostVaried(series: readonly (readonly GridMean[])[]): (readonly GridMean[])[] {
  const strength = (own: readonly GridMean[]): number => {
    const means = own.map(({ mean }) => mean);
    const range = Math.max(...means) - Math.min(...means);
    const widths = own.flatMap(({ low, high }) => (low === null || high === null ? [] : [high - low]));
    const width = widths.reduce((sum, one) => sum + one, 0) / Math.max(1, widths.length);
    const largest = Math.max(...means.map(Math.abs));
    return range <= LEAST_RELATIVE_RANGE * largest ? 0 : range / (width + LEAST_RELATIVE_RANGE * largest);
  };
  const chosen = new Set(
    series
      .filter((own) => strength(own) > 0)
      .toSorted((a, b) => strength(b) - strength(a))
      .slice(0, PANELS),
  );
  return series.filter((own) => chosen.has(own));
}
