import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { electricityUsdPer1000 } from "../model.ts";
import { apiPrices } from "../published.ts";
import { figure1TokensPerSecond, publishedTokenCost } from "../published-cost.ts";
import type { TokenCostRow } from "../rows.ts";
import { shownRows } from "../shown.ts";

const RATES = [2, 1000] as const;

/** Dollars for 1000 tokens over the rate of generation: the blog's arithmetic as lines, its points, machines, and what services ask (C5, C6). */
export function costByRate(rows: readonly TokenCostRow[]): Figure {
  const { watts, usdPerKwh, usdPer1000Tokens, tokensPerHour, tokensPerSecond } = publishedTokenCost;
  const kwhPrices = [...new Set(rows.map((row) => row.usdPerKwh))].sort((a, b) => a - b);
  const linePrices = [...new Set([kwhPrices[0]!, usdPerKwh, kwhPrices.at(-1)!])];
  const lines = linePrices.flatMap((price) =>
    RATES.map((rate) => ({ price: `$${price} a kWh`, rate, usd: electricityUsdPer1000(rate * 3600, watts, price) })),
  );
  const published = [
    { name: `published: $${usdPer1000Tokens}`, rate: tokensPerHour / 3600, usd: usdPer1000Tokens },
    { name: `at the published ${tokensPerSecond} tokens/s`, rate: tokensPerSecond },
    { name: "at Figure 1's rate", rate: figure1TokensPerSecond },
  ].map((point) => ({ usd: electricityUsdPer1000(point.rate * 3600, watts, usdPerKwh), ...point }));
  const machines = shownRows(rows).map((row) => ({
    name: row.machine,
    rate: row.decodeTokensPerSecond,
    usd: row.usdPer1000Tokens,
  }));
  const services = apiPrices.map(({ service, usdPer1000Tokens: usd, asOf }) => ({ name: `${service} (${asOf})`, usd }));
  const title = "What 1000 tokens cost, by how fast they come";
  return {
    name: "cost-by-rate",
    title,
    description:
      `${title}. ${[...published, ...machines].map(({ name, rate, usd }) => `${name}: $${usd.toPrecision(3)} at ${rate.toPrecision(3)} tokens a second`).join("; ")}. ` +
      `Services ask: ${services.map(({ name, usd }) => `${name} $${usd}`).join("; ")}.`,
    spec: (widthPx) => {
      // Where there is no room for names beside the marks, letters and numbers stand there, and the names in a panel of their own.
      const wide = widthPx >= NARROW_PX;
      const key = keyOf(published, machines, services);
      const plot = plotOf({ lines, ...(wide ? { published, machines, services } : key) }, widthPx, wide);
      const prices = linePrices.toReversed().map((price) => `$${price}`);
      const fromAbove = wide ? "" : ` (from above at ${prices.join(", ")} a kWh)`;
      return {
        ...frame(
          title,
          `Lines: electricity alone at ${watts} W${fromAbove}, as the blog works it out. Diamonds: the blog's point, and the same at the rates published beside it. Dots: machines, electricity and wear at full use, one sequence. Dotted: prices of services. Claims C5, C6 (blog, §2.5.5); computed from published or measured rates.`,
          widthPx,
        ),
        ...(wide ? plot : { vconcat: [plot, keyPanel(key.entries, widthPx)], spacing: 14 }),
      };
    },
  };
}

interface Mark {
  readonly name: string;
  readonly usd: number;
  readonly rate?: number;
}

interface Line extends Omit<Mark, "name"> {
  readonly price: string;
}

interface KeyEntry {
  readonly symbol: string;
  readonly name: string;
  readonly colour: string;
}

/** The marks under short names, and what these stand for; services are levels, and take theirs from above. */
function keyOf(published: readonly Mark[], machines: readonly Mark[], services: readonly Mark[]) {
  const short = (marks: readonly Mark[], symbols: string) => marks.map((mark, i) => ({ ...mark, name: symbols[i]! }));
  const entries = (marks: readonly Mark[], symbols: string, colour: string) =>
    marks.map(({ name }, i): KeyEntry => ({ symbol: symbols[i]!, name, colour }));
  const levels = services.toSorted((a, b) => b.usd - a.usd);
  const [capitals, digits, letters] = ["ABCDEFGH", "123456789", "abcdefgh"] as const;
  return {
    published: short(published, capitals),
    machines: short(machines, digits),
    services: short(levels, letters),
    entries: [
      ...entries(published, capitals, COLOURS.vermilion),
      ...entries(machines, digits, COLOURS.black),
      ...entries(levels, letters, COLOURS.grey),
    ],
  };
}

interface Plotted {
  readonly lines: readonly Line[];
  readonly published: readonly Mark[];
  readonly machines: readonly Mark[];
  readonly services: readonly Mark[];
}

function plotOf({ lines, published, machines, services }: Plotted, widthPx: number, wide: boolean) {
  return {
    width: wide ? widthPx - 270 : widthPx - 90,
    height: 380,
    encoding: {
      x: {
        field: "rate",
        type: "quantitative" as const,
        scale: { type: "log" as const, domain: [...RATES] },
        axis: {
          title: "tokens generated per second",
          values: [2, 5, 10, 20, 50, 100, 200, 500, 1000],
          format: "~g",
        },
      },
      y: {
        field: "usd",
        type: "quantitative" as const,
        scale: { type: "log" as const, domain: [1e-5, 2e-2] },
        axis: { title: "dollars per 1000 output tokens", format: "~g", values: [1e-5, 1e-4, 1e-3, 1e-2] },
      },
    },
    layer: [
      {
        data: { values: services },
        mark: { type: "rule" as const, strokeDash: [2, 3], color: COLOURS.grey },
        encoding: { x: { value: 0 }, x2: { value: "width" as const } },
      },
      {
        data: { values: services },
        mark: { ...text, baseline: "middle" as const, dx: 5, color: COLOURS.grey },
        encoding: { x: { value: "width" as const }, text: { field: "name" } },
      },
      {
        data: { values: lines },
        mark: { type: "line" as const, color: COLOURS.blue, strokeWidth: 1.2, clip: true },
        encoding: { detail: { field: "price", type: "nominal" as const } },
      },
      ...(wide
        ? [
            {
              data: { values: lines.filter(({ rate }) => rate === RATES[0]) },
              mark: { ...text, dx: 4, dy: -7, color: COLOURS.blue },
              encoding: { text: { field: "price" } },
            },
          ]
        : []),
      {
        data: { values: published },
        mark: {
          type: "point" as const,
          filled: true,
          shape: "diamond",
          size: 90,
          color: COLOURS.vermilion,
          opacity: 1,
        },
      },
      {
        data: { values: published },
        mark: { ...text, dx: 8, dy: wide ? 9 : 0, color: COLOURS.vermilion },
        encoding: { text: { field: "name" } },
      },
      {
        data: { values: machines },
        mark: { type: "point" as const, filled: true, size: 60, color: COLOURS.black, opacity: 1 },
      },
      {
        data: { values: machines },
        mark: { ...text, dx: 8, dy: -5 },
        encoding: { text: { field: "name" } },
      },
    ],
  };
}

const text = { type: "text" as const, align: "left" as const, fontSize: 10 };
const KEY_LINE_PX = 15;

/** What the letters and numbers stand for, a line each. */
function keyPanel(entries: readonly KeyEntry[], widthPx: number) {
  const y = {
    field: "line",
    type: "quantitative" as const,
    scale: { domain: [-0.5, entries.length - 0.5], reverse: true, nice: false },
    axis: null,
  };
  const words = (field: string, xPx: number) => ({
    mark: text,
    encoding: {
      x: { value: xPx },
      text: { field },
      color: { field: "colour", type: "nominal" as const, scale: null },
    },
  });
  return {
    data: { values: entries.map((entry, line) => ({ line, ...entry })) },
    width: widthPx - 90,
    height: KEY_LINE_PX * entries.length,
    encoding: { y },
    layer: [words("symbol", 0), words("name", 16)],
  };
}
