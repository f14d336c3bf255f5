import type { TopLevelSpec } from "vega-lite";
import { INK, wrapText } from "../theme.ts";

/** One estimate with its interval, in the row of its label. */
export interface LabelledDot {
  readonly panel: string;
  readonly label: string;
  readonly series: string;
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

export interface DotsByLabel {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly dots: readonly LabelledDot[];
  readonly looks: readonly { readonly series: string; readonly colour: string; readonly shape: string }[];
  readonly x: { readonly title: string; readonly format: string };
  /** A value to compare with. */
  readonly level?: { readonly x: number; readonly words: string };
}

const LABEL_PX = 11;
const ROW_PX = 22;

/** Estimates with their intervals over a logarithmic axis, one row a label, one panel below the other on the same scale. */
export function dotsByLabel({ title, subtitle, dots, looks, x, level }: DotsByLabel, widthPx: number): TopLevelSpec {
  const narrow = widthPx < 480;
  const labelPx = narrow ? 118 : 230;
  const series = looks.map((look) => look.series);
  const legend = {
    orient: "top" as const,
    title: null,
    direction: narrow ? ("vertical" as const) : ("horizontal" as const),
  };
  const colour = { field: "series", scale: { domain: series, range: looks.map((look) => look.colour) }, legend };
  const shape = { field: "series", scale: { domain: series, range: looks.map((look) => look.shape) }, legend };
  const domain = [
    Math.min(...dots.map(({ low }) => low), level?.x ?? Number.POSITIVE_INFINITY) / 1.15,
    Math.max(...dots.map(({ high }) => high), level?.x ?? 0) * 1.15,
  ];
  const labels = (text: string) => (narrow ? text.replaceAll(", ", ",\n").split("\n") : [text]);
  const y = { field: "label", type: "nominal" as const, sort: null };
  const rows = dots.map((dot) => ({ role: "dot", ...dot }));
  const levels = level
    ? [...new Set(dots.map(({ panel }) => panel))].map((panel) => ({ role: "level", panel, x: level.x }))
    : [];
  const only = (role: string) => [{ filter: { field: "role", equal: role } }];
  const tallest = Math.max(...dots.map(({ label }) => labels(label).length));
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: wrapText(title, widthPx - 16, 14, true),
      subtitle: [...subtitle, ...(level ? [`Vertical line: ${level.words}.`] : [])].flatMap((paragraph) =>
        wrapText(paragraph, widthPx - 16, 10.5),
      ),
    },
    data: { values: [...rows, ...levels] },
    facet: { field: "panel", type: "nominal", sort: [...new Set(dots.map(({ panel }) => panel))] },
    columns: 1,
    spacing: 16,
    resolve: { scale: { y: "independent" } },
    spec: {
      width: widthPx - labelPx - 30,
      height: { step: Math.max(ROW_PX, tallest * (LABEL_PX + 3)) },
      encoding: {
        x: {
          field: "x",
          type: "quantitative",
          scale: { type: "log", domain, nice: false },
          axis: { title: x.title, format: x.format, tickCount: 6, labelOverlap: "greedy" },
        },
      },
      layer: [
        {
          transform: only("level"),
          mark: { type: "rule", color: INK, strokeWidth: 1, strokeDash: [4, 3] },
        },
        {
          transform: only("dot"),
          mark: { type: "rule", strokeWidth: 1.5 },
          encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" }, y, color: colour },
        },
        {
          transform: only("dot"),
          mark: { type: "point", filled: true, size: 48, opacity: 1 },
          encoding: {
            y: {
              ...y,
              axis: {
                title: null,
                labelLimit: labelPx,
                ticks: false,
                domain: false,
                ...(narrow ? { labelExpr: "split(datum.label, ', ')" } : {}),
              },
            },
            color: colour,
            shape,
            tooltip: [
              { field: "panel", title: "model" },
              { field: "label", title: "numerics" },
              { field: "series", title: "what" },
              { field: "x", title: x.title, format: ",.3~g" },
              { field: "low", title: "from", format: ",.3~g" },
              { field: "high", title: "to", format: ",.3~g" },
            ],
          },
        },
      ],
    },
  };
}
