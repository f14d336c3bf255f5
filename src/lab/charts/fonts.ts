import { readFileSync } from "node:fs";
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

const UNITS_PER_EM = 2048;
export const widthTable = fileURLToPath(new URL("font-widths.json", import.meta.url));

/** Of one weight, in font units. A piece is a letter, or several that are drawn as one (`ffi`). */
export interface Widths {
  /** Advance, and where the ink begins and ends. */
  readonly glyphs: Readonly<Record<string, readonly [advance: number, left: number, right: number]>>;
  /** By how much the second piece of a pair moves. */
  readonly kerning: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

let tables: { readonly regular: Widths; readonly bold: Widths } | undefined;

/** How wide the ink of a text is, exactly as the renderer draws it, by the table that scripts/font-widths.ts makes. */
export function textWidthPx(text: string, fontSizePx: number, bold = false): number {
  tables ??= JSON.parse(readFileSync(widthTable, "utf8")) as { regular: Widths; bold: Widths };
  const plain = text.trim().replace(/\s+/g, " ");
  const { left, right } = tabulatedInk(plain, bold ? tables.bold : tables.regular) ?? renderedInk(plain, bold);
  return ((right - left) * fontSizePx) / UNITS_PER_EM;
}

/** Undefined where the table lacks a letter. */
function tabulatedInk(text: string, { glyphs, kerning }: Widths): Ink | undefined {
  let [cursor, left, right] = [0, Number.POSITIVE_INFINITY, 0];
  let before: string | undefined;
  for (const piece of text.match(/ffi|ffl|ff|fi|fl|./gsu) ?? []) {
    const glyph = glyphs[piece];
    if (glyph === undefined) return undefined;
    const [advance, inkLeft, inkRight] = glyph;
    if (before !== undefined) cursor += kerning[before]?.[piece] ?? 0;
    if (inkRight > inkLeft) {
      left = Math.min(left, cursor + inkLeft);
      right = Math.max(right, cursor + inkRight);
    }
    cursor += advance;
    before = piece;
  }
  return right === 0 ? { left: 0, right: 0 } : { left, right };
}

/** Where the ink of a text begins and ends, in font units. */
export interface Ink {
  readonly left: number;
  readonly right: number;
}

/** As the renderer says; a new one for each text, which is slow. */
export function renderedInk(text: string, bold: boolean): Ink {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const weight = bold ? ' font-weight="bold"' : "";
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">' +
    `<text font-family="DejaVu Sans" font-size="${UNITS_PER_EM}"${weight}>${escaped}</text></svg>`;
  const box = new Resvg(svg, { font: bundledFonts }).getBBox();
  return box === undefined ? { left: 0, right: 0 } : { left: box.x, right: box.x + box.width };
}
