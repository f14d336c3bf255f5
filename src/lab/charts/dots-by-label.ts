import type { TopLevelSpec } from "vega-lite";
import { frame, NARROW_PX } from "./frame.ts";
import { INK } from "./theme.ts";

/** One estimate with its interval, in the row of its label. */
export interface LabelledDot {
  readonly panel: string;
  readonly label: string;
  readonly series: string;
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

interface DotsByLabel {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly dots: readonly LabelledDot[];
  readonly looks: readonly { readonly series: string; readonly colour: string; readonly shape: string }[];
  readonly x: { readonly title: string; readonly format: string };
  /** Where the labels name the series, too: no legend. */
  readonly labelsNameSeries?: boolean;
  /** What a label says; for those who point at a dot. */
  readonly labelled?: string;
  /** A value to compare with. */
  readonly level?: { readonly x: number; readonly words: string };
}

const ROW_PX = 22;
/** A narrow figure breaks its labels at the commas. */
const NARROW_ROW_PX = 58;

/** Estimates with their intervals over a logarithmic axis, one row a label, one panel below the other on the same scale. */
export function dotsByLabel(
  { title, subtitle, dots, looks, x, labelsNameSeries = false, labelled = "numerics", level }: DotsByLabel,
  widthPx: number,
): TopLevelSpec {
  const narrow = widthPx < NARROW_PX;
  const labelPx = narrow ? 112 : 232;
  const series = looks.map((look) => look.series);
  const domain = [
    Math.min(...dots.map(({ low }) => low), level?.x ?? Number.POSITIVE_INFINITY) / 1.15,
    Math.max(...dots.map(({ high }) => high), level?.x ?? 0) * 1.15,
  ];
  const xScale = {
    type: "quantitative" as const,
    scale: { type: "log" as const, domain, nice: false },
    axis: { format: x.format, tickCount: narrow ? 4 : 6, labelOverlap: "greedy" as const },
  };
  const y = {
    field: "label",
    type: "nominal" as const,
    sort: null,
    axis: {
      title: null,
      labelLimit: labelPx,
      minExtent: labelPx,
      ticks: false,
      domain: false,
      ...(narrow ? { labelExpr: "split(datum.label, ', ')" } : {}),
    },
  };

  const legend = labelsNameSeries
    ? null
    : {
        orient: "top" as const,
        title: null,
        labelLimit: 0,
        direction: narrow ? ("vertical" as const) : ("horizontal" as const),
      };
  const colour = { field: "series", scale: { domain: series, range: looks.map((look) => look.colour) }, legend };
  const shape = { field: "series", scale: { domain: series, range: looks.map((look) => look.shape) }, legend };
  const panel = (name: string, values: readonly LabelledDot[], last: boolean) => {
    const ofPanel = { ...xScale, axis: { ...xScale.axis, title: last ? x.title : null } };
    return {
      title: { text: name, anchor: "start" as const, fontSize: 11.5, offset: 4 },
      data: { values: values.map((dot) => ({ ...dot })) },
      width: widthPx - labelPx - 30,
      height: { step: narrow ? NARROW_ROW_PX : ROW_PX },
      layer: [
        ...(level
          ? [
              {
                mark: { type: "rule" as const, color: INK, strokeWidth: 1, strokeDash: [4, 3] },
                encoding: { x: { datum: level.x, ...ofPanel } },
              },
            ]
          : []),
        {
          mark: { type: "rule" as const, strokeWidth: 1.5 },
          encoding: { x: { field: "low", ...ofPanel }, x2: { field: "high" }, y, color: colour },
        },
        {
          mark: { type: "point" as const, filled: true, size: 48, opacity: 1 },
          encoding: {
            x: { field: "x", ...ofPanel },
            y,
            color: colour,
            shape,
            tooltip: [
              { field: "panel", title: "model" },
              { field: "label", title: labelled },
              { field: "series", title: "what" },
              { field: "x", title: x.title, format: ",.3~g" },
              { field: "low", title: "from", format: ",.3~g" },
              { field: "high", title: "to", format: ",.3~g" },
            ],
          },
        },
      ],
    };
  };
  const panels = [...Map.groupBy(dots, (dot) => dot.panel)];
  return {
    ...frame(title, [...subtitle, ...(level ? [`Dashed line: ${level.words}.`] : [])], widthPx),
    spacing: 14,
    vconcat: panels.map(([name, values], i) => panel(name, values, i === panels.length - 1)),
  };
}
