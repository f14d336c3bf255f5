import { Resvg } from "@resvg/resvg-js";
import { compile, type TopLevelSpec } from "vega-lite";
import { beforeAll, describe, expect, test } from "vitest";
import { figure1AsPublished } from "../../experiments/figure-1/figures/as-published.ts";
import { experimentRegistry } from "../../experiments/index.ts";
import { type Drawing, drawFigure, type Figure } from "../../src/lab/charts/figure.ts";
import { publishedClaim } from "../../src/lab/claims/texts.ts";
import { BY_MACHINE, figuresOf } from "./every-figure.ts";

/** Words that name a unit, or what is counted, in the title of an axis. */
const UNITS =
  /\(.+\)|%|\b(share|probability|acceptance|times|tokens?|claims|checks|positions|prompts|nodes|verifiers|jobs|runs|blocks|messages|coins|dollars|costs|rewards|stakes|nats|hashes|seconds|minutes|hours|ms|logits?|joules|kilojoules|watts|kWh|bytes|kilobytes|megabytes|ratio)\b| \/ /;

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

const byMachineFigures = [
  "ratio-by-machine",
  "time-by-machine",
  "energy-by-machine",
  "cost-by-machine",
  "flips-by-machine",
  "rejects-by-machine",
];

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

describe.each([...Object.keys(experimentRegistry), BY_MACHINE])("every figure of %s", (kind) => {
  let figures: readonly Figure[];
  let wide: Drawing[];
  let narrow: Drawing[];
  beforeAll(async () => {
    figures = figuresOf(kind);
    [wide, narrow] = [[], []];
    for (const figure of figures) {
      wide.push(await drawFigure(figure, 640));
      narrow.push(await drawFigure(figure, 340));
    }
  });
  /** What every figure has wrong, by its name: all of it at once. */
  const problems = (check: (figure: Figure, wide: Drawing, narrow: Drawing) => readonly (string | false)[]) => {
    expect(figures.length).toBeGreaterThan(0);
    return figures.flatMap((figure, i) =>
      check(figure, wide[i]!, narrow[i]!).flatMap((problem) =>
        problem === false ? [] : [`${figure.name}: ${problem}`],
      ),
    );
  };

  test("is one that an experiment file may choose, and there are no others to choose", () => {
    const drawn = figures.map(({ name }) => name).filter((name) => name !== figure1AsPublished().name);
    expect(drawn.toSorted()).toEqual([...(experimentRegistry[kind]?.figures ?? byMachineFigures)].sort());
  });

  test("is drawn without a warning, wide and narrow, and no wider than asked", () => {
    const wrong = problems((_, atDesk, onPhone) =>
      (
        [
          [640, atDesk],
          [340, onPhone],
        ] as const
      ).flatMap(([width, { warnings, svg }]) => {
        const drawnPx = Number(/width="([\d.]+)"/.exec(svg)![1]);
        return [...warnings, drawnPx > width + 48 && `${drawnPx} px wide, where ${width} were asked for`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("names in its subtitle the claim it shows and its source, or says that it shows none", () => {
    const wrong = problems((_, { spec }) => {
      const subtitle = textOf((spec.title as { subtitle?: unknown }).subtitle);
      const numbers = subtitle.match(/\bC\d+\b/g) ?? [];
      const words = [...subtitle.matchAll(/[Cc]laim "([^"]+)"/g)].map(([, name]) => name!);
      const unknown = [...numbers, ...words].filter((name) => publishedClaim(name) === undefined);
      const sourced = numbers.length + words.length > 0 && /(§|blog|whitepaper)/.test(subtitle);
      const none = /no (published|numbered) claim/i.test(subtitle);
      return [...unknown.map((name) => `no such claim: ${name}`), !sourced && !none && subtitle];
    });
    expect(wrong).toEqual([]);
  });

  test("has a unit at every axis over quantities", () => {
    const wrong = problems((_, { spec }) => {
      const { titles, untitled } = axesOf(spec);
      const named = titles.length > 0 ? titles : panelHeadings(spec as never);
      const bare = named.filter((title) => !UNITS.test(title)).map((title) => `no unit in "${title}"`);
      return [...bare, named.length === 0 && untitled.length > 0 && `no title: ${untitled.join(", ")}`];
    });
    expect(wrong).toEqual([]);
  });

  test("is a picture that is not empty, says in words what it shows, and comes out the same twice", async () => {
    const again: string[] = [];
    for (const figure of figures) again.push((await drawFigure(figure, 640)).svg);
    const wrong = problems((figure, { svg }) => [
      marksIn(svg) === 0 && "no mark",
      inkShare(svg) < 0.002 && "hardly any ink",
      figure.description.length < figure.title.length + 20 && "hardly any words",
      !again.includes(svg) && "other bytes when drawn again",
    ]);
    expect(wrong).toEqual([]);
  });
});
