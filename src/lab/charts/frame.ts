import { LABEL_FONT_PX, TITLE_FONT_PX, wrapText } from "./theme.ts";

/** Below this width a figure puts panels under one another, and breaks its labels. */
export const NARROW_PX = 480;

/** Left and right of the headings. */
const MARGINS_PX = 16;

/** What the specification of every figure begins with: its language, and its headings broken to the figure's width. */
export function frame(title: string, subtitle: string | readonly string[], widthPx: number) {
  const breakLines = (paragraph: string) => wrapText(paragraph, widthPx - MARGINS_PX, LABEL_FONT_PX);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: wrapText(title, widthPx - MARGINS_PX, TITLE_FONT_PX, true),
      subtitle: [subtitle].flat().flatMap(breakLines),
    },
  };
}
