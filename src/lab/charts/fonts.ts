import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";
import * as vega from "vega";

/** DejaVu Sans is what we draw with; Verdana, of the same widths, stands in where a reader's browser lacks it. */
export const FONT = "DejaVu Sans, Verdana, sans-serif";

/** Only the fonts we bring along, so that every machine draws the same. */
export const bundledFonts = {
  loadSystemFonts: false,
  defaultFontFamily: "DejaVu Sans",
  fontFiles: ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"].map((file) =>
    fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`)),
  ),
};

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  /** In pixels: what is longer is cut; 0 or absent, nothing is. */
  readonly limit?: number;
}

/**
 * Lets Vega know how wide a text will be. Without a canvas it takes 0.8 em a character, a third too much, and leaves holes beside
 * every label; its documented place for a better measure is `textMetrics.width` (absent from its types).
 */
export function measureTextWithBundledFonts(): void {
  const { textMetrics } = vega as unknown as { textMetrics: { width: (item: TextItem, text: unknown) => number } };
  textMetrics.width = (item, text) => {
    const widthPx = textWidthPx(String(text ?? "").trim(), item.fontSize ?? 11, item.fontWeight === "bold");
    return item.limit ? Math.min(widthPx, item.limit) : widthPx;
  };
}

const EM_PX = 100;
const widthsAtEm = new Map<string, number>();

export function textWidthPx(text: string, fontSizePx: number, bold = false): number {
  if (text === "") return 0;
  const key = `${bold}${text}`;
  let width = widthsAtEm.get(key);
  if (width === undefined) {
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    const weight = bold ? ' font-weight="bold"' : "";
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" width="${EM_PX}" height="${EM_PX}">` +
      `<text font-family="DejaVu Sans" font-size="${EM_PX}"${weight} y="${EM_PX}">${escaped}</text></svg>`;
    width = new Resvg(svg, { font: bundledFonts }).getBBox()?.width ?? 0;
    widthsAtEm.set(key, width);
  }
  return (width * fontSizePx) / EM_PX;
}
