import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords, percent } from "../../../src/lab/format.ts";
import type { DilemmaRow } from "../rows.ts";

const ORDER = [COLOURS.vermilion, COLOURS.blue, COLOURS.green, COLOURS.purple, COLOURS.black, COLOURS.grey];

/** What a lazy verifier gains over one that computes, over its stake; a panel a fee, a line a rule. */
export function gainOfLaziness(rows: readonly DilemmaRow[]): Figure {
  const games = rows
    .filter(({ rule }) => rule !== "bribed majority")
    .map(({ rule, lazy, forcedErrorShare, feeOverCost, stakeOverCost, lazyGain, lazyGainLow, lazyGainHigh }) => ({
      series: nameOf(rule, lazy, forcedErrorShare),
      panel: `fee ${inWords(feeOverCost!)}`,
      fee: feeOverCost!,
      stake: stakeOverCost!,
      gain: lazyGain!,
      low: lazyGainLow!,
      high: lazyGainHigh!,
    }));
  const series = [...new Set(games.map((game) => game.series))];
  const shown = new Set(series.filter((_, i) => i < ORDER.length));
  const fees = [...new Set(games.map(({ fee }) => fee))].sort((a, b) => a - b);
  const panels = fees.map((fee) => `fee ${inWords(fee)}`);
  const values = games.filter((game) => shown.has(game.series));
  const title = "What a verifier gains by not computing";
  return {
    name: "gain-of-laziness",
    title,
    description: `${title}. ${values.map((game) => `${game.panel}, stake ${inWords(game.stake)}, ${game.series}: ${inWords(game.gain)}`).join("; ")}.`,
    spec: (widthPx) => ({
      ...frame(
        title,
        "Lazy less honest profit of an answer, in costs of computing it, over the verifier's stake in the same unit; above 0 laziness pays. How often a cheap model's guess misses is measured (bars: 95 % intervals over prompts); its cost is modelled, the rest computed exactly. Claim \"trustless\" of §2.5.3.",
        widthPx,
      ),
      data: { values },
      facet: { field: "panel", type: "nominal", sort: panels },
      columns: widthPx >= NARROW_PX ? 2 : 1,
      spacing: { row: 14, column: 24 },
      spec: {
        width: widthPx >= NARROW_PX ? Math.floor((widthPx - 150) / 2) : widthPx - 80,
        height: 150,
        encoding: {
          x: { field: "stake", type: "quantitative", axis: { title: "stake, in costs of an answer", tickCount: 5 } },
          color: {
            field: "series",
            type: "nominal",
            sort: series,
            scale: { domain: [...shown], range: ORDER.slice(0, shown.size) },
            legend: {
              title: null,
              orient: "top",
              direction: "vertical",
              columns: widthPx >= NARROW_PX ? 2 : 1,
              labelFontSize: 10.5,
              labelLimit: 300,
            },
          },
        },
        layer: [
          {
            mark: { type: "rule", strokeWidth: 0.8 },
            encoding: { y: { datum: 0 }, x: { value: 0 }, x2: { value: "width" }, color: { value: COLOURS.black } },
          },
          {
            mark: { type: "line", strokeWidth: 1.6 },
            encoding: {
              y: {
                field: "gain",
                type: "quantitative",
                axis: { title: "gain, in costs of an answer", tickCount: 5 },
              },
            },
          },
          {
            mark: { type: "rule", strokeWidth: 1.5 },
            encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } },
          },
          {
            mark: { type: "point", filled: true, size: 22, opacity: 1 },
            encoding: { y: { field: "gain", type: "quantitative" } },
          },
        ],
      },
    }),
  };
}

function nameOf(rule: DilemmaRow["rule"], lazy: string, share: number | null): string {
  if (rule === "claim disclosed") return "2023.1: echo the claim";
  if (rule === "forced errors") return `echo, ${percent(share!)} forced errors`;
  return `2026.1, claim withheld: ${lazy}`;
}
