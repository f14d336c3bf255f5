import type { TopLevelSpec } from "vega-lite";
import { placeEndLabels } from "./end-labels.ts";
import { textWidthPx } from "./fonts.ts";
import { frame, NARROW_PX } from "./frame.ts";
import { INK, LABEL_FONT_PX, wrapText } from "./theme.ts";

/** One point of one line in one panel, with its interval. */
export interface LinePoint {
  readonly panel: string;
  readonly series: string;
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

export interface LineLook {
  readonly series: string;
  readonly colour: string;
  readonly shape: string;
  /** Drawn dashed and hollow: taken from elsewhere, not measured here. */
  readonly borrowed: boolean;
}

export interface LinesWithEnds {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly points: readonly LinePoint[];
  readonly looks: readonly LineLook[];
  readonly x: { readonly title: string; readonly ticks: readonly number[] };
  readonly y: { readonly title: string };
  /** A level to compare with, and what it means to be under it. */
  readonly level?: { readonly y: number; readonly under: string };
  readonly panelHeightPx: number;
  /** An interval may leave its panel at the lower end, where it would take more of the axis than all lines do. */
  readonly cutBars?: true;
}

/** From one line of a name to the next. */
const LINE_PX = 11.5;
/** What names may take of a phone's width. */
const NAMES_SHARE = 0.36;
/** Padding, y axis with its title, and the way from a line's end to its name. */
const BESIDE_PANEL_PX = 98;

/**
 * Lines over logarithmic axes, one panel below the other on the same scale, each line named at its right end (no legend to
 * look up), every point with its interval.
 */
export function linesWithEnds(
  chart: LinesWithEnds,
  widthPx: number,
  /** All that get the room of the longest name, where other panels have other lines. */
  allLooks = chart.looks,
): TopLevelSpec {
  const { looks, points } = chart;
  const names = new Map(allLooks.map(({ series }) => [series, nameLines(series, widthPx)]));
  const namesPx = Math.max(...[...names.values()].flat().map((line) => textWidthPx(line, LABEL_FONT_PX)));
  const mostLines = Math.max(...[...names.values()].map((lines) => lines.length));
  const panelWidthPx = Math.floor(widthPx - namesPx - BESIDE_PANEL_PX);
  const lowest = Math.min(...points.map(({ y }) => y)) / 1.5;
  const yDomain = paddedLogDomain(
    points.flatMap(({ low, high }) => [chart.cutBars ? Math.max(low, lowest) : low, high]),
    chart.level?.y,
    chart.cutBars ? 1.12 : 1.35,
  );
  const xs = points.map(({ x }) => x);
  const xDomain = [Math.min(...xs) * 0.85, Math.max(...xs) * 1.12];
  const tooltip = [
    { field: "series", title: "what" },
    { field: "x", title: chart.x.title, format: "," },
    { field: "y", title: chart.y.title, format: ",.4~g" },
    { field: "low", title: "from", format: ",.4~g" },
    { field: "high", title: "to", format: ",.4~g" },
  ] as const;
  const series = looks.map((look) => look.series);
  const colour = { field: "series", scale: { domain: series, range: looks.map((look) => look.colour) }, legend: null };
  const shape = { field: "series", scale: { domain: series, range: looks.map((look) => look.shape) }, legend: null };
  const only = (role: string) => [{ filter: { field: "role", equal: role } }];
  const y = (field: string) => ({ field, type: "quantitative" as const });
  const atRightEdge = { value: panelWidthPx };

  const line = (borrowed: boolean) => ({
    transform: [...only("point"), { filter: { field: "borrowed", equal: borrowed } }],
    mark: { type: "line" as const, strokeWidth: borrowed ? 1.25 : 1.75, strokeDash: borrowed ? [4, 3] : [1, 0] },
    encoding: { y: y("y"), color: colour },
  });
  const dots = (borrowed: boolean) => ({
    transform: [...only("point"), { filter: { field: "borrowed", equal: borrowed } }],
    mark: borrowed
      ? { type: "point" as const, size: 34, strokeWidth: 1.25, fill: "white", opacity: 1 }
      : { type: "point" as const, size: 38, strokeWidth: 1, filled: true, opacity: 1 },
    encoding: { y: y("y"), color: colour, shape, tooltip: [...tooltip] },
  });
  // Names of two lines, on a phone, stand around the place of one.
  const label = (lines: number) => ({
    transform: [
      ...only("end"),
      ...(mostLines === 1
        ? []
        : [
            { calculate: `split(datum.name, "\\n").length`, as: "lines" },
            { filter: { field: "lines", equal: lines } },
          ]),
    ],
    mark: {
      type: "text" as const,
      align: "left" as const,
      dx: 18,
      fontSize: LABEL_FONT_PX,
      ...(mostLines === 1 ? {} : { lineBreak: "\n", lineHeight: LINE_PX, dy: (-(lines - 1) * LINE_PX) / 2 }),
    },
    encoding: { x: atRightEdge, y: y("labelY"), text: { field: mostLines === 1 ? "series" : "name" }, color: colour },
  });
  // The ground under the level is shaded, and says at its lower right, where lines seldom are, what being there means.
  const under = wrapText(chart.level?.under ?? "", panelWidthPx - 10, LABEL_FONT_PX);
  const level = chart.level && [
    {
      transform: only("level"),
      mark: { type: "rect" as const, color: "#F1EFEA" },
      encoding: { x: { value: 0 }, x2: atRightEdge, y: y("y"), y2: { value: chart.panelHeightPx } },
    },
    {
      transform: only("level"),
      mark: { type: "rule" as const, color: INK, strokeWidth: 1.5 },
      encoding: { x: { value: 0 }, x2: atRightEdge, y: y("y") },
    },
    {
      transform: only("level"),
      mark: { type: "text" as const, align: "right" as const, lineBreak: "\n", dx: -5, dy: -8 },
      encoding: {
        x: atRightEdge,
        y: { value: chart.panelHeightPx - LABEL_FONT_PX * (under.length - 1) * 1.2 },
        text: { value: under.join("\n") },
      },
    },
  ];

  return {
    ...frame(chart.title, chart.subtitle, widthPx),
    data: {
      values: [
        ...pointRows(chart),
        ...endRows(chart, yDomain, mostLines === 1 ? undefined : names),
        ...levelRows(chart),
      ],
    },
    facet: { field: "panel", type: "nominal", sort: [...new Set(points.map(({ panel }) => panel))] },
    columns: 1,
    spacing: 18,
    spec: {
      width: panelWidthPx,
      height: chart.panelHeightPx,
      encoding: {
        x: {
          field: "x",
          type: "quantitative",
          scale: { type: "log", domain: xDomain, nice: false },
          axis: { title: chart.x.title, values: ticksFor(chart.x.ticks, widthPx), format: ",", labelOverlap: "greedy" },
        },
        y: {
          type: "quantitative",
          scale: { type: "log", domain: yDomain, nice: false },
          axis: { title: chart.y.title, values: powersOfTen(yDomain, chart.cutBars), format: ",~g" },
        },
      },
      layer: [
        ...(level ?? []),
        line(true),
        line(false),
        {
          transform: only("point"),
          mark: { type: "rule", strokeWidth: 1.25, ...(chart.cutBars ? { clip: true } : {}) },
          encoding: { y: y("low"), y2: { field: "high" }, color: colour },
        },
        dots(true),
        dots(false),
        {
          transform: only("end"),
          mark: { type: "rule", strokeWidth: 0.75, xOffset: 3, x2Offset: 15, color: "#9A9A9A" },
          encoding: { x: atRightEdge, x2: atRightEdge, y: y("y"), y2: { field: "labelY" } },
        },
        ...Array.from({ length: mostLines }, (_, i) => label(i + 1)),
      ],
    },
  };
}

/** Each panel on a scale of its own, where on one scale lines of most panels would lie on each other. */
export function linesOnOwnScales(chart: LinesWithEnds, widthPx: number): TopLevelSpec {
  const panels = [...Map.groupBy(chart.points, ({ panel }) => panel)];
  const drawn = panels.map(([panel, points], i) => {
    const looks = chart.looks.filter(({ series }) => points.some((point) => point.series === series));
    const x = i < panels.length - 1 ? { ...chart.x, title: "" } : chart.x;
    const { data, spec, $schema, title } = linesWithEnds(
      { ...chart, points, looks, x },
      widthPx,
      chart.looks,
    ) as FacetedLines;
    const heading = {
      text: wrapText(panel, widthPx - 80, 11.5, true),
      anchor: "start" as const,
      fontSize: 11.5,
      offset: 6,
      frame: "group" as const,
    };
    return { $schema, title, unit: { ...spec, title: heading, data } };
  });
  const [{ $schema, title }] = drawn as [(typeof drawn)[0]];
  const resolve = { scale: { color: "independent", shape: "independent" } };
  return { $schema, title, spacing: 14, resolve, vconcat: drawn.map(({ unit }) => unit) } as TopLevelSpec;
}

type FacetedLines = TopLevelSpec & { readonly spec: object };

/** A line's name: on a phone in lines that leave the panel some room. */
function nameLines(series: string, widthPx: number): string[] {
  return widthPx < NARROW_PX ? wrapText(series, widthPx * NAMES_SHARE, LABEL_FONT_PX) : [series];
}

function pointRows({ points, looks }: LinesWithEnds): object[] {
  return points.map((point) => ({
    role: "point",
    ...point,
    borrowed: looks.find(({ series }) => series === point.series)!.borrowed,
  }));
}

/** @param names of more than one line, by series */
function endRows(
  { points, panelHeightPx }: LinesWithEnds,
  domain: readonly [number, number],
  names?: ReadonlyMap<string, readonly string[]>,
): object[] {
  const mostLines = Math.max(1, ...[...(names?.values() ?? [])].map((lines) => lines.length));
  return [...Map.groupBy(points, ({ panel }) => panel)].flatMap(([panel, inPanel]) => {
    const ends = [...Map.groupBy(inPanel, ({ series }) => series).values()].map((line) =>
      line.reduce((last, point) => (point.x > last.x ? point : last)),
    );
    const places = placeEndLabels(
      ends.map(({ series, y }) => ({ series, value: y })),
      { domain, heightPx: panelHeightPx },
      LABEL_FONT_PX + 2.5 + (mostLines - 1) * (LINE_PX + 2),
    );
    return ends.map(({ series, x, y }) => ({
      role: "end",
      panel,
      series,
      ...(names ? { name: names.get(series)!.join("\n") } : {}),
      x,
      y,
      labelY: places.get(series),
    }));
  });
}

function levelRows({ points, level }: LinesWithEnds): object[] {
  if (!level) return [];
  return [...new Set(points.map(({ panel }) => panel))].map((panel) => ({ role: "level", panel, y: level.y }));
}

function paddedLogDomain(values: readonly number[], level = values[0]!, padding = 1.35): [number, number] {
  return [Math.min(...values, level) / padding, Math.max(...values, level) * padding];
}

/** @param fine every digit where the axis spans less than one decade */
function powersOfTen([low, high]: readonly [number, number], fine = false): number[] {
  const from = Math.ceil(Math.log10(low));
  const decades = Math.floor(Math.log10(high)) - from;
  const powers = Array.from({ length: decades + 1 }, (_, i) => 10 ** (from + i));
  // On less than three decades the powers alone are too few to read from.
  if (decades >= 3) return powers;
  const digits = fine && high / low < 6 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1, 2, 5];
  return [-1, ...powers.map((_, i) => i)]
    .flatMap((i) => digits.map((digit) => Number((digit * 10 ** (from + i)).toPrecision(6))))
    .filter((tick) => tick >= low && tick <= high);
}

/** On a narrow figure only the powers of ten keep their place, if there are several. */
function ticksFor(ticks: readonly number[], widthPx: number): number[] {
  const powers = ticks.filter((tick) => Number.isInteger(Math.log10(tick)));
  return widthPx >= NARROW_PX || powers.length < 2 ? [...ticks] : powers;
}
