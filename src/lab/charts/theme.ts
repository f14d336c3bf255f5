import type { Config } from "vega-lite";
import { FONT, textWidthPx } from "./fonts.ts";

/** Okabe and Ito's palette (2008), told apart by the colour blind; its two palest darkened to 3:1 against white. */
export const COLOURS = {
  black: "#000000",
  vermilion: "#D55E00",
  purple: "#A6548A",
  blue: "#0072B2",
  green: "#008A64",
  grey: "#6B6B6B",
} as const;

export const INK = "#1F1F1F";
const QUIET_INK = "#595959";
const GRID = "#E4E4E4";

export const TITLE_FONT_PX = 14;
/** Of subtitles, labels and words in the plot. */
export const LABEL_FONT_PX = 10.5;

/** The look of every figure: white ground, quiet grid, nothing under 10 px. */
export const theme: Config = {
  font: FONT,
  background: "white",
  padding: 8,
  view: { stroke: null },
  // A label on every dot would be read out one by one; the figure's description and its table say it better.
  mark: { aria: false },
  title: {
    anchor: "start",
    frame: "bounds",
    color: INK,
    fontSize: TITLE_FONT_PX,
    fontWeight: "bold",
    offset: 12,
    subtitleColor: QUIET_INK,
    subtitleFontSize: LABEL_FONT_PX,
    subtitleLineHeight: 14,
    subtitlePadding: 5,
  },
  header: { title: null, labelFontSize: 11.5, labelFontWeight: "bold", labelColor: INK, labelAnchor: "start" },
  axis: {
    labelColor: INK,
    labelFontSize: LABEL_FONT_PX,
    labelSeparation: 4,
    titleColor: INK,
    titleFontSize: 11,
    titleFontWeight: "normal",
    titlePadding: 8,
    gridColor: GRID,
    domainColor: "#8A8A8A",
    tickColor: "#8A8A8A",
  },
  text: { color: INK, fontSize: LABEL_FONT_PX },
};

/** Breaks text into lines that fit a width. */
export function wrapText(text: string, widthPx: number, fontSizePx: number, bold = false): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidthPx(longer, fontSizePx, bold) <= widthPx) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
