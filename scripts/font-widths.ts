/**
 * Writes src/lab/charts/font-widths.json: of the letters that figures use, in DejaVu Sans and its bold, what decides how wide a text is,
 * in font units, as the renderer itself measures it. Wanted again only when the font package changes.
 *
 *   node scripts/font-widths.ts
 */
import { writeFileSync } from "node:fs";
import { renderedInk, type Widths, widthTable } from "../src/lab/charts/fonts.ts";

const ascii = Array.from({ length: 0x7e - 0x20 + 1 }, (_, i) => String.fromCodePoint(0x20 + i));
// No Greek: a text that begins with it is joined and kerned by other rules, and is left to the renderer.
const others = [..."–—−×÷±·•…‘’“”≤≥≈≠∞→←↑↓°§µ√½¼¾†¹²³⁰⁴⁵⁶⁷⁸⁹⁻äöüßéèÄÖÜ"];
/** Drawn as one glyph each. */
const ligatures = ["ffi", "ffl", "ff", "fi", "fl"];
const letters = [...ascii, ...others];

function table(bold: boolean): Widths {
  // Between two bars everything has a place, blanks too; no letter is kerned with a bar.
  const bar = renderedInk("|", bold).right;
  const barAdvance = renderedInk("||", bold).right - bar;
  const inner = (text: string) => renderedInk(`|${text}|`, bold).right - bar - barAdvance;
  const pieces = [...letters, ...ligatures];
  const advances = new Map(pieces.map((piece) => [piece, inner(piece)]));
  const glyphs: Widths["glyphs"] = Object.fromEntries(
    pieces.map((piece) => {
      const { left, right } = renderedInk(piece, bold);
      return [piece, [advances.get(piece)!, left, right]];
    }),
  );
  const kerning: Record<string, Record<string, number>> = {};
  for (const first of pieces) {
    const behind: Record<string, number> = {};
    for (const second of pieces) {
      // Two that would join are one piece already, and two blanks are drawn as one.
      if ((first + second).match(/^(f|ff)[fil]/) || (first === " " && second === " ")) continue;
      const kern = inner(first + second) - advances.get(first)! - advances.get(second)!;
      if (kern !== 0) behind[second] = kern;
    }
    if (Object.keys(behind).length > 0) kerning[first] = behind;
  }
  return { glyphs, kerning };
}

writeFileSync(widthTable, `${JSON.stringify({ regular: table(false), bold: table(true) })}\n`);
