import { electricityUsdPer1000 } from "../../economics/token-cost.ts";
import { apiPrices } from "../../published/machines.ts";
import { figure1TokensPerSecond, publishedTokenCost } from "../../published/token-cost.ts";
import type { Figure } from "../figure.ts";
import { COLOURS, wrapText } from "../theme.ts";
import type { TokenCostRow } from "./measurement.ts";
import { shownRows } from "./shown.ts";

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
      // Names of services stand outside of the plot where there is room for them.
      const wide = widthPx >= 480;
      return {
        $schema: "https://vega.github.io/schema/vega-lite/v6.json",
        title: {
          text: wrapText(title, widthPx - 16, 14, true),
          subtitle: wrapText(
            `Lines: electricity alone at ${watts} W, as the blog works it out. Diamonds: the blog's point, and the same at the rates published beside it. Dots: machines, electricity and wear at full use, one sequence. Dotted: prices of services. Claims C5, C6 (blog, §2.5.5); computed from published or measured rates.`,
            widthPx - 16,
            10.5,
          ),
        },
        width: wide ? widthPx - 270 : widthPx - 90,
        height: 380,
        encoding: {
          x: {
            field: "rate",
            type: "quantitative",
            scale: { type: "log", domain: [...RATES] },
            axis: {
              title: "tokens generated per second",
              values: [2, 5, 10, 20, 50, 100, 200, 500, 1000],
              format: "~g",
            },
          },
          y: {
            field: "usd",
            type: "quantitative",
            scale: { type: "log", domain: [1e-5, 2e-2] },
            axis: { title: "dollars per 1000 output tokens", format: "~g", values: [1e-5, 1e-4, 1e-3, 1e-2] },
          },
        },
        layer: [
          {
            data: { values: services },
            mark: { type: "rule", strokeDash: [2, 3], color: COLOURS.grey },
            encoding: { x: { value: 0 }, x2: { value: "width" } },
          },
          {
            data: { values: services },
            mark: wide
              ? { type: "text", align: "left", baseline: "middle", dx: 5, fontSize: 10, color: COLOURS.grey }
              : { type: "text", align: "right", baseline: "bottom", dy: -1, dx: -2, fontSize: 10, color: COLOURS.grey },
            encoding: { x: { value: "width" }, text: { field: "name" } },
          },
          {
            data: { values: lines },
            mark: { type: "line", color: COLOURS.blue, strokeWidth: 1.2, clip: true },
            encoding: { detail: { field: "price", type: "nominal" } },
          },
          {
            data: { values: lines.filter(({ rate }) => rate === RATES[0]) },
            mark: { type: "text", align: "left", dx: 4, dy: -7, fontSize: 10, color: COLOURS.blue },
            encoding: { text: { field: "price" } },
          },
          {
            data: { values: published },
            mark: { type: "point", filled: true, shape: "diamond", size: 90, color: COLOURS.vermilion, opacity: 1 },
          },
          {
            data: { values: published },
            mark: { type: "text", align: "left", dx: 8, dy: 9, fontSize: 10, color: COLOURS.vermilion },
            encoding: { text: { field: "name" } },
          },
          {
            data: { values: machines },
            mark: { type: "point", filled: true, size: 60, color: COLOURS.black, opacity: 1 },
          },
          {
            data: { values: machines },
            mark: { type: "text", align: "left", dx: 8, dy: -5, fontSize: 10 },
            encoding: { text: { field: "name" } },
          },
        ],
      };
    },
  };
}
