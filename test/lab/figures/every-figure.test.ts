import { Resvg } from "@resvg/resvg-js";
import { compile, type TopLevelSpec } from "vega-lite";
import { beforeAll, describe, expect, test } from "vitest";
import { experimentKinds } from "../../../src/lab/experiments/kinds.ts";
import { type Drawing, drawFigure, type Figure } from "../../../src/lab/figures/figure.ts";
import { publishedClaims } from "../../../src/lab/published/claims.ts";
import { figuresOf } from "./every-figure.ts";

/** Words that name a unit, or what is counted, in the title of an axis. */
const UNITS =
  /\(.+\)|%|\b(share|probability|acceptance|times|tokens?|claims|checks|positions|prompts|nodes|verifiers|jobs|runs|blocks|messages|coins|dollars|seconds|minutes|hours|ms|logits?|joules|kilojoules|watts|kWh|bytes|megabytes|ratio)\b| \/ /;

const textOf = (text: unknown) => [text ?? []].flat().join(" ");

interface Axis {
  readonly title?: string | readonly string[];
  readonly scale: string;
  readonly labels?: boolean;
}
interface Mark {
  readonly type: string;
  readonly name?: string;
  readonly role?: string;
  readonly axes?: readonly Axis[];
  readonly scales?: readonly { readonly name: string; readonly type?: string }[];
  readonly marks?: readonly Mark[];
  readonly title?: { readonly text?: unknown };
}

/** Titles of all axes over quantities, by scale, and whether a scale with labelled ticks goes without one. */
function axesOf(spec: TopLevelSpec): { titles: string[]; untitled: string[] } {
  const quantitative = new Set<string>();
  const found: Axis[] = [];
  const walk = (node: Mark) => {
    for (const { name, type } of node.scales ?? [])
      if (!/^(band|point|ordinal)$/.test(type ?? "")) quantitative.add(name);
    found.push(...(node.axes ?? []));
    for (const mark of node.marks ?? []) walk(mark);
  };
  walk(compile(spec).spec as unknown as Mark);
  const axes = found.filter(({ scale, labels }) => quantitative.has(scale) && labels !== false);
  const titles = axes.map(({ title }) => textOf(title)).filter((title) => title !== "");
  return { titles, untitled: titles.length === 0 && axes.length > 0 ? axes.map(({ scale }) => scale) : [] };
}

/** Headings of panels, which may say what an axis without a title of its own measures. */
function panelHeadings({
  data,
  facet,
}: {
  data?: { values?: Record<string, unknown>[] };
  facet?: { field?: string };
}): string[] {
  const field = facet?.field;
  if (field === undefined) return [];
  return [...new Set((data?.values ?? []).map((row) => row[field]).filter((name) => typeof name === "string"))];
}

/** Groups of dots, lines, bars or words of the data's own that hold something; axes and headings have other roles. */
function marksIn(svg: string): number {
  return svg.match(/class="mark-\w+ role-mark[^>]*><(path|line|rect|text|g)/g)?.length ?? 0;
}

/** Share of pixels that are not white, all words left out. */
function inkShare(svg: string): number {
  const { pixels, width, height } = new Resvg(svg, { background: "white", font: { loadSystemFonts: false } }).render();
  let inked = 0;
  for (let i = 0; i < pixels.length; i += 4)
    if (pixels[i]! < 250 || pixels[i + 1]! < 250 || pixels[i + 2]! < 250) inked++;
  return inked / (width * height);
}

describe.each(Object.keys(experimentKinds))("every figure of %s", (kind) => {
  let figures: readonly Figure[];
  let wide: Drawing[];
  let narrow: Drawing[];
  beforeAll(async () => {
    figures = await figuresOf(kind);
    [wide, narrow] = [[], []];
    for (const figure of figures) {
      wide.push(await drawFigure(figure, 640));
      narrow.push(await drawFigure(figure, 340));
    }
  });
  const each = (check: (figure: Figure, wide: Drawing, narrow: Drawing) => void) => {
    expect(figures.length).toBeGreaterThan(0);
    for (const [i, figure] of figures.entries()) check(figure, wide[i]!, narrow[i]!);
  };

  test("is drawn without a warning, wide and narrow, and no wider than asked", () => {
    each(({ name }, atDesk, onPhone) => {
      for (const [width, { warnings, svg }] of [
        [640, atDesk],
        [340, onPhone],
      ] as const) {
        expect([name, width, warnings]).toEqual([name, width, []]);
        expect([name, Number(/width="([\d.]+)"/.exec(svg)![1]) <= width + 24]).toEqual([name, true]);
      }
    });
  });

  test("names in its subtitle the claim it shows and its source, or says that it shows none", () => {
    each(({ name }, { spec }) => {
      const subtitle = textOf((spec.title as { subtitle?: unknown }).subtitle);
      const claims = subtitle.match(/\bC\d+\b/g) ?? [];
      expect([name, claims.filter((claim) => !Object.hasOwn(publishedClaims, claim))]).toEqual([name, []]);
      const sourced = claims.length > 0 && /\([^)]*(§|blog|whitepaper|reading)/.test(subtitle);
      const none = /no (published|numbered) claim/i.test(subtitle);
      expect([name, subtitle, sourced || none]).toEqual([name, subtitle, true]);
    });
  });

  test("has a unit at every axis over quantities", () => {
    each(({ name }, { spec }) => {
      const { titles, untitled } = axesOf(spec);
      const named = titles.length > 0 ? titles : panelHeadings(spec as never);
      expect([name, named.length > 0 || untitled.length === 0]).toEqual([name, true]);
      expect([name, named.filter((title) => !UNITS.test(title))]).toEqual([name, []]);
    });
  });

  test("is a picture that is not empty, says in words what it shows, and comes out the same twice", async () => {
    for (const [i, figure] of figures.entries()) {
      const { svg } = wide[i]!;
      expect([figure.name, marksIn(svg) > 0]).toEqual([figure.name, true]);
      expect([figure.name, inkShare(svg) > 0.002]).toEqual([figure.name, true]);
      expect(figure.description.length).toBeGreaterThan(figure.title.length + 20);
      expect((await drawFigure(figure, 640)).svg === svg).toBe(true);
    }
  });
});
