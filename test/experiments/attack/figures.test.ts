/** Figures of as many cheats as the library has, under their own names: there a figure gets crowded. */
import { describe, expect, test } from "vitest";
import type { AcceptanceSummary } from "../../../experiments/attack/summary.ts";
import { acceptanceByBudget } from "../../../experiments/false-accept/figures/by-budget.ts";
import { acceptanceMatrix } from "../../../experiments/false-accept/figures/matrix.ts";
import { standardStrategies } from "../../../src/actors/strategies/standard.ts";
import { drawFigure } from "../../../src/lab/charts/figure.ts";

const cheats = standardStrategies.filter(({ kind }) => kind === "cheat").map(({ label }) => label);
const budgets = [1, 2, 3, 5, 8, 16];

/** The i-th cheat passes a check with a probability that falls with i; every third one never passes sixteen. */
const summary = cheats.flatMap((strategy, i) =>
  budgets.map((budget): AcceptanceSummary => {
    const accepted = i % 3 === 0 && budget === 16 ? 0 : (1 - (i + 1) / 40) ** budget;
    return {
      sampling: "greedy",
      strategy,
      kind: "cheat",
      scheme: `rastic blog k=${budget}`,
      prompts: 100,
      outputs: 100,
      accepted,
      low: accepted / 2,
      high: Math.min(1, accepted * 1.2 + 0.01),
      nothingAccepted: accepted === 0,
    };
  }),
);

const words = (svg: string) => [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) => text!);

describe("acceptance by check budget", () => {
  interface Panel {
    readonly data: {
      readonly values: readonly { readonly role: string; readonly series: string; readonly x: number }[];
    };
    readonly layer: readonly {
      readonly encoding: {
        readonly color?: { readonly scale: { readonly domain: string[]; readonly range: string[] } };
      };
    }[];
  }
  const figure = acceptanceByBudget(summary);
  const panels = (figure.spec(640) as unknown as { readonly vconcat: readonly Panel[] }).vconcat;
  const seriesIn = ({ data }: Panel) => [...new Set(data.values.map(({ series }) => series))];

  test("has every line once, and no two of one colour in a panel", () => {
    expect(cheats.length).toBeGreaterThan(20);
    expect(panels.flatMap(seriesIn).toSorted()).toEqual(cheats.toSorted());
    for (const panel of panels) {
      const { domain, range } = panel.layer.find(({ encoding }) => encoding.color)!.encoding.color!.scale;
      const colours = seriesIn(panel).map((series) => range[domain.indexOf(series)]);
      expect(new Set(colours).size).toBe(colours.length);
    }
  });

  test("names each line at its end, and on a phone whole as well", async () => {
    for (const widthPx of [640, 340]) {
      const { svg, warnings } = await drawFigure(figure, widthPx);
      expect([widthPx, warnings]).toEqual([widthPx, []]);
      const text = words(svg)
        .join(" ")
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ");
      for (const cheat of cheats) expect([widthPx, text.includes(cheat), cheat]).toEqual([widthPx, true, cheat]);
    }
  });
});

test("the matrix on a phone cuts off no name, so no two read the same", async () => {
  const { svg, warnings } = await drawFigure(acceptanceMatrix(summary, []), 340);
  expect(warnings).toEqual([]);
  const text = words(svg)
    .join(" ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
  expect(text).not.toContain("…");
  for (const cheat of cheats) expect([text.includes(cheat), cheat]).toEqual([true, cheat]);
});
