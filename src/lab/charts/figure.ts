import { Resvg } from "@resvg/resvg-js";
import { type LoggerInterface, logger, parse, resetSVGDefIds, View, Warn } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { bundledFonts, measureTextWithBundledFonts } from "./fonts.ts";
import { theme } from "./theme.ts";

/** A figure before it is drawn. */
export interface Figure {
  /** Stem of its files: `figures/NAME.svg` and so on. */
  readonly name: string;
  readonly title: string;
  /** What the figure shows, in words and numbers, for those who cannot see it. */
  readonly description: string;
  /** Its Vega-Lite specification for about this width in pixels; data inside, no address. */
  spec(widthPx: number): TopLevelSpec;
}

export interface Drawing {
  /** The specification with the theme in it, complete in itself. */
  readonly spec: TopLevelSpec;
  readonly svg: string;
  /** What Vega-Lite and Vega complained about; a good figure gives none. */
  readonly warnings: readonly string[];
}

/** Width of the figures in the files; twice that in pixels of the PNG. */
export const FIGURE_WIDTH_PX = 640;

// Vega counts mark ids over all drawings in flight, so only one is in flight at a time.
let lastDrawing: Promise<unknown> = Promise.resolve();

/** Draws a figure as SVG. The same figure gives the same bytes, whatever else is drawn. */
export function drawFigure(figure: Figure, widthPx: number = FIGURE_WIDTH_PX): Promise<Drawing> {
  const drawing = lastDrawing.then(() => draw(figure, widthPx));
  lastDrawing = drawing.catch(() => {});
  return drawing;
}

async function draw(figure: Figure, widthPx: number): Promise<Drawing> {
  const spec = { ...figure.spec(widthPx), description: figure.description, config: theme };
  const warnings: string[] = [];
  const log = collectingLogger(warnings);
  measureTextWithBundledFonts();
  resetSVGDefIds();
  const view = new View(parse(compile(spec, { logger: log }).spec), { renderer: "none", logger: log });
  try {
    return { spec, svg: await view.toSVG(), warnings };
  } finally {
    view.finalize();
  }
}

/** PNG of an SVG, by default at twice its size. */
export function rasterize(svg: string, scale = 2): Buffer {
  return new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    background: "white",
    font: bundledFonts,
  })
    .render()
    .asPng();
}

function collectingLogger(into: string[]): LoggerInterface {
  return logger(Warn, undefined, (_method: string, _level: string, input: readonly unknown[]) => {
    into.push(input.map(String).join(" "));
  });
}
