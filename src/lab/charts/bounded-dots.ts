import type { TopLevelSpec } from "vega-lite";
import { textWidthPx } from "./fonts.ts";
import { frame, NARROW_PX } from "./frame.ts";
import { COLOURS, INK, LABEL_FONT_PX } from "./theme.ts";

/** A mean with its interval, or, where nothing was seen, what it can be at most. */
export interface BoundedDot {
  readonly row: string;
  readonly series: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Whether nothing was seen: `high` is the bound then. */
  readonly bound: boolean;
}

interface BoundedDots {
  readonly title: string;
  readonly subtitle: string;
  readonly dots: readonly BoundedDot[];
  /** Of each series; by the order of the dots unless given. */
  readonly looks?: readonly { readonly series: string; readonly colour: string; readonly shape: string }[];
  readonly x: {
    readonly title: string;
    readonly domain: readonly [number, number];
    readonly ticks: readonly number[];
    readonly format: string;
  };
  /** A value to compare with, drawn dashed. */
  readonly level?: number;
}

const LOOKS = [
  { colour: COLOURS.vermilion, shape: "circle" },
  { colour: COLOURS.blue, shape: "square" },
  { colour: COLOURS.green, shape: "diamond" },
  { colour: COLOURS.purple, shape: "triangle-up" },
  { colour: COLOURS.black, shape: "cross" },
] as const;
/** With the gaps beside it. */
const LEGEND_SYMBOL_PX = 28;

/** Means on a logarithmic axis, one row a label; a pale line from the left ends at the bound where nothing was seen. */
export function boundedDots(
  { title, subtitle, dots, x, level, looks = looksOf(dots) }: BoundedDots,
  widthPx: number,
): TopLevelSpec {
  const narrow = widthPx < NARROW_PX;
  const series = looks.map((look) => look.series);
  const rows = [...new Set(dots.map(({ row }) => row))];
  const labelPx = narrow ? 120 : Math.max(...rows.map((row) => textWidthPx(row, LABEL_FONT_PX))) + 8;
  // A narrow figure breaks labels that would be cut at their commas.
  const isCut = rows.some((row) => textWidthPx(row, LABEL_FONT_PX) > labelPx);
  const lines = isCut ? Math.max(...rows.map((row) => row.split(", ").length)) : 1;
  const [floor] = x.domain;
  const scale = { type: "log" as const, domain: [...x.domain], nice: false };
  const axis = { title: x.title, format: x.format, values: [...x.ticks], grid: true };
  const place = (field: string) => ({ field, type: "quantitative" as const, scale, axis });
  const y = {
    field: "row",
    type: "nominal" as const,
    sort: rows,
    axis: {
      title: null,
      ticks: false,
      domain: false,
      labelLimit: labelPx,
      ...(lines > 1 ? { labelExpr: "split(datum.label, ', ')" } : {}),
    },
  };
  const offset = { field: "series", type: "nominal" as const, sort: series };
  const namePx = Math.max(...series.map((name) => textWidthPx(name, LABEL_FONT_PX))) + LEGEND_SYMBOL_PX;
  const columns = narrow ? 1 : Math.min(3, Math.max(1, Math.floor((widthPx - labelPx) / namePx)));
  const legend = { title: null, orient: "top" as const, labelLimit: 0, columns, symbolOpacity: 1 };
  const colour = {
    field: "series",
    type: "nominal" as const,
    scale: { domain: series, range: looks.map((look) => look.colour) },
    legend,
  };
  const shape = {
    field: "series",
    type: "nominal" as const,
    scale: { domain: series, range: looks.map((look) => look.shape) },
    legend,
  };
  const only = (bound: boolean) => [{ filter: { field: "bound", equal: bound } }];
  const values = dots.map((dot) => ({ ...dot, low: Math.max(dot.low, floor), floor }));
  return {
    ...frame(title, subtitle, widthPx),
    data: { values },
    width: widthPx - labelPx - 40,
    height: { step: Math.max(15, 8 * series.length, lines > 1 ? 14 * lines + 2 : 0), for: "position" },
    layer: [
      ...(level === undefined
        ? []
        : [
            {
              mark: { type: "rule" as const, color: INK, strokeDash: [4, 3] },
              encoding: { x: { datum: level, type: "quantitative" as const, scale, axis } },
            },
          ]),
      {
        transform: only(true),
        mark: { type: "rule", strokeWidth: 1, opacity: 0.5 },
        encoding: { x: place("floor"), x2: { field: "high" }, y, yOffset: offset, color: colour },
      },
      {
        transform: only(true),
        mark: { type: "tick", thickness: 1.5, size: 7 },
        encoding: { x: place("high"), y, yOffset: offset, color: colour },
      },
      {
        transform: only(false),
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: { x: place("low"), x2: { field: "high" }, y, yOffset: offset, color: colour },
      },
      {
        transform: only(false),
        mark: { type: "point", filled: true, size: 30, opacity: 1 },
        encoding: { x: place("value"), y, yOffset: offset, color: colour, shape },
      },
    ],
  };
}

function looksOf(dots: readonly BoundedDot[]) {
  return [...new Set(dots.map((dot) => dot.series))].map((series, i) => ({ series, ...LOOKS[i % LOOKS.length]! }));
}
