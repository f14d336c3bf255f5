import type { TopLevelSpec } from "vega-lite";
import { textWidthPx } from "./fonts.ts";
import { frame, NARROW_PX } from "./frame.ts";
import { INK, wrapText } from "./theme.ts";

/** One number in its row and column. */
export interface HeatCell {
  readonly panel: string;
  readonly row: string;
  readonly column: string;
  /** 0 to 1: decides the colour. */
  readonly shade: number;
  readonly words: string;
}

interface HeatMap {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly cells: readonly HeatCell[];
  /** Top to bottom; every panel shows those that it has cells for. */
  readonly rows: readonly string[];
  /** Left to right, likewise. */
  readonly columns: readonly string[];
}

const LABEL_FONT_PX = 10;
const ROW_PX = 16;
/** On a phone a label has lines of this height, as many as it needs: cut off, two of them would read the same. */
const NARROW_LABEL_PX = 122;
const NARROW_LABEL_FONT_PX = 9;
const LABEL_LINE_PX = 10;
/** A cell holds a number; under the second width a short one. */
const LEAST_CELL_PX = 31;
const ROOMY_CELL_PX = 42;
const PALE = "#F7F4F0";
const FULL = "#E9A06B";

/** Numbers in coloured cells, one panel below the other; the darker, the nearer to 1. */
export function heatMap({ title, subtitle, cells, rows, columns }: HeatMap, widthPx: number): TopLevelSpec {
  const narrow = widthPx < NARROW_PX;
  const labelPx = narrow ? NARROW_LABEL_PX : Math.max(...rows.map((row) => textWidthPx(row, LABEL_FONT_PX))) + 8;
  const panelPx = widthPx - labelPx - 34;
  const lines = (row: string) => (narrow ? wrapText(row, NARROW_LABEL_PX - 6, NARROW_LABEL_FONT_PX) : [row]);
  const label = (row: string) => lines(row).join("\n");
  const mostLines = Math.max(...rows.map((row) => lines(row).length));
  const panels = [...Map.groupBy(cells, ({ panel }) => panel)].flatMap(([panel, own]) => {
    const names = columns.filter((column) => own.some((cell) => cell.column === column));
    const pieces = Math.ceil((names.length * LEAST_CELL_PX) / panelPx);
    const size = Math.ceil(names.length / pieces);
    return Array.from({ length: pieces }, (_, piece) => {
      const shown = names.slice(piece * size, (piece + 1) * size);
      const title = piece === 0 ? panel : `${panel}, continued`;
      return { title, names: shown, own: own.filter(({ column }) => shown.includes(column)) };
    });
  });
  return {
    ...frame(title, subtitle, widthPx),
    spacing: 10,
    vconcat: panels.map(({ title: panel, names, own }) => {
      const tight = panelPx / names.length < ROOMY_CELL_PX;
      return {
        title: { text: panel, anchor: "start" as const, frame: "group" as const, fontSize: 11.5, offset: 6 },
        data: {
          values: own.map(({ panel: _, words, ...cell }) => ({
            ...cell,
            row: label(cell.row),
            words: tight ? words.replace("< 0.", "<.").replace("< ", "<") : words,
          })),
        },
        width: panelPx,
        height: { step: Math.max(ROW_PX, mostLines * LABEL_LINE_PX + 2) },
        encoding: {
          x: {
            field: "column",
            type: "nominal" as const,
            sort: names,
            axis: {
              orient: "top" as const,
              title: null,
              ticks: false,
              domain: false,
              labelAngle: -40,
              labelAlign: "left" as const,
              labelFontSize: LABEL_FONT_PX,
              labelLimit: Math.max(...names.map((name) => textWidthPx(name, LABEL_FONT_PX))) + 4,
            },
          },
          y: {
            field: "row",
            type: "nominal" as const,
            sort: rows.filter((row) => own.some((cell) => cell.row === row)).map(label),
            axis: {
              title: null,
              ticks: false,
              domain: false,
              labelLimit: labelPx,
              labelFontSize: narrow ? NARROW_LABEL_FONT_PX : LABEL_FONT_PX,
              ...(mostLines > 1
                ? {
                    labelExpr: `split(datum.label, "\\n")`,
                    labelLineHeight: LABEL_LINE_PX,
                    labelOffset: { expr: `-${LABEL_LINE_PX / 2} * (length(split(datum.value, "\\n")) - 1)` },
                  }
                : {}),
            },
          },
        },
        layer: [
          {
            mark: { type: "rect" as const, stroke: "white", strokeWidth: 1 },
            encoding: {
              color: {
                field: "shade",
                type: "quantitative" as const,
                scale: { domain: [0, 1], range: [PALE, FULL] },
                legend: null,
              },
            },
          },
          {
            mark: { type: "text" as const, fontSize: tight ? 8.5 : 9.5, color: INK },
            encoding: { text: { field: "words" } },
          },
        ],
      };
    }),
  };
}

/** A share for a cell: "0.97", "0.034", "2e-4", or "< 0.036" where nothing was seen and this is what it can be at most. */
export function shareInCell(value: number, bound: number | null): string {
  if (bound !== null) return `< ${shortNumber(bound)}`;
  return shortNumber(value);
}

function shortNumber(value: number): string {
  if (value === 0 || value === 1) return String(value);
  if (value >= 0.1) return value > 0.995 ? value.toFixed(4) : value.toFixed(2);
  return value >= 0.001 ? value.toPrecision(2) : value.toExponential(0);
}
