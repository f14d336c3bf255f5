import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawFigure, type Figure, rasterize } from "../../../src/lab/charts/figure.ts";
import { renderedInk, textWidthPx, type Widths, widthTable } from "../../../src/lab/charts/fonts.ts";
import { wrapText } from "../../../src/lab/charts/theme.ts";

const bars = (name: string, extra: object = {}): Figure => ({
  name,
  title: name,
  description: "two bars, one twice the other",
  spec: (width) => ({
    width: width - 100,
    height: 80,
    data: {
      values: [
        { a: 1, b: "x" },
        { a: 2, b: "y" },
      ],
    },
    mark: { type: "bar", clip: true },
    encoding: { x: { field: "a", type: "quantitative" }, y: { field: "b", type: "nominal" } },
    ...extra,
  }),
});

describe("drawing a figure", () => {
  test("the same figure gives the same bytes, also when others are drawn before, after and at the same time", async () => {
    const first = await drawFigure(bars("first"), 300);
    const together = await Promise.all([drawFigure(bars("other"), 500), drawFigure(bars("first"), 300)]);
    expect(together[1]!.svg).toBe(first.svg);
    expect(rasterize(together[1]!.svg).equals(rasterize(first.svg))).toBe(true);
    expect(first.svg).toContain("clip-path");
  });

  test("the specification that is kept is complete: theme and description are in it", async () => {
    const { spec } = await drawFigure(bars("first"), 300);
    expect(spec).toMatchObject({ description: "two bars, one twice the other", config: { background: "white" } });
  });

  test("what Vega-Lite or Vega complain about is handed on", async () => {
    const log = { encoding: { x: { field: "a", type: "quantitative", scale: { type: "log", zero: true } } } };
    expect((await drawFigure(bars("log", log), 300)).warnings.join()).not.toBe("");
    expect((await drawFigure(bars("plain"), 300)).warnings).toEqual([]);
  });

  test("the PNG shows the text: a longer title changes it, at twice the size of the SVG", async () => {
    const [short, long] = await Promise.all(
      ["a", "a longer title"].map(async (title) => (await drawFigure(bars("t", { title }), 300)).svg),
    );
    const sizeOf = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];
    const [width, height] = /width="(\d+)" height="(\d+)"/.exec(long!)!.slice(1).map(Number) as [number, number];
    expect(sizeOf(rasterize(long!))).toEqual([2 * width, 2 * height]);
    expect(rasterize(long!).equals(rasterize(short!))).toBe(false);
  });
});

describe("text", () => {
  test("is as wide by the table of widths as the renderer draws it: any letters, kerned, joined, with blanks, in both weights", () => {
    const { regular } = JSON.parse(readFileSync(widthTable, "utf8")) as Record<string, Widths>;
    const words = ["AVATAR", "office", "fjord, “of”", "a  b\n c", "10⁻³ ≤ x²", "Te. Wolf? fi", "f f i", " ", ""];
    const letters = fc.array(fc.constantFrom(...Object.keys(regular!.glyphs)), { maxLength: 30 });
    fc.assert(
      fc.property(
        fc.oneof(
          letters.map((each) => each.join("")),
          fc.constantFrom(...words),
        ),
        fc.boolean(),
        (text, bold) => {
          const { left, right } = renderedInk(text.trim(), bold);
          expect(textWidthPx(text, 2048, bold)).toBe(right - left);
        },
      ),
    );
    expect(textWidthPx("語言 σ", 100)).toBeGreaterThan(0); // letters that the table lacks
  });

  // Advance widths in DejaVuSans.ttf's hmtx table, 2048 units to the em: "H" 1540; drawn without its side bearings it is narrower.
  test("is measured in the font it is drawn in", () => {
    expect(textWidthPx("HHHHHHHHHH", 20)).toBeGreaterThan((9 * 1540 * 20) / 2048);
    expect(textWidthPx("HHHHHHHHHH", 20)).toBeLessThan((10 * 1540 * 20) / 2048);
    expect(textWidthPx("bold", 11, true)).toBeGreaterThan(textWidthPx("bold", 11));
    expect(textWidthPx("a < b & c", 11)).toBeGreaterThan(0);
  });

  test("is broken between words, no line wider than asked for, nothing lost", () => {
    const text = "the quick brown fox jumps over the lazy dog";
    const lines = wrapText(text, 90, 11);
    expect(lines.join(" ")).toBe(text);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(textWidthPx(line, 11)).toBeLessThanOrEqual(90);
    expect(wrapText("incomprehensibilities", 10, 11)).toEqual(["incomprehensibilities"]);
  });
});
