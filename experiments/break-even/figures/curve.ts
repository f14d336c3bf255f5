import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { breakEvenAcceptance, breakEvenAgainst, stakeRatioForBreakEven } from "../../economics/stakes.ts";
import { publishedBreakEven } from "../published.ts";
import type { BreakEvenRow } from "../rows.ts";

const DOMAIN = [0.05, 20] as const;
const POINTS = 80;
const PAYS = "free cheat, against doing nothing";
const BEATS = "free cheat, against honest work";
/** Names of so many cheats have room beside the plot. */
const MOST_NAMES = 12;

/** The acceptance above which a cheat pays, over stake / reward: the published 51 % is one point of it; beside it what cheats reach (C7). */
export function breakEvenCurve(rows: readonly BreakEvenRow[], sampling: string): Figure {
  const { rewardOverCost, scheme } = rows[0]!;
  const ratios = Array.from({ length: POINTS }, (_, i) => DOMAIN[0] * (DOMAIN[1] / DOMAIN[0]) ** (i / (POINTS - 1)));
  const curves = ratios.flatMap((ratio) => {
    const stakes = { reward: rewardOverCost, stake: ratio * rewardOverCost, verifiedShare: 1 };
    return [
      { curve: PAYS, ratio, acceptance: breakEvenAcceptance(stakes, 0) },
      { curve: BEATS, ratio, acceptance: breakEvenAgainst(stakes, { acceptance: 1, cost: 1 }, 0) },
    ];
  });
  const own = rows.filter((row) => row.sampling === sampling && row.scheme === scheme && row.kind === "cheat");
  const cheats = [...Map.groupBy(own, ({ strategy }) => strategy).values()]
    .map(([row]) => row!)
    .filter(({ cost }) => cost < 1)
    .toSorted((a, b) => b.acceptance - a.acceptance)
    .slice(0, MOST_NAMES);
  const published = [
    {
      ratio: stakeRatioForBreakEven(publishedBreakEven.acceptance),
      acceptance: publishedBreakEven.acceptance,
      name: "published: 51 %",
    },
  ];
  const title = "Above which acceptance a cheat pays, by stake";
  return {
    name: "break-even-curve",
    title,
    description:
      `${title}. For a cheat that costs nothing p* is the stake over stake and reward: 51 % at ${inWords(published[0]!.ratio)} rewards. ` +
      `Accepted by ${scheme}: ${cheats.map((row) => `${row.strategy} ${inWords(row.acceptance)}`).join(", ")}.`,
    spec: (widthPx) => {
      const beside = widthPx >= NARROW_PX ? 215 : 130;
      return {
        ...frame(
          title,
          `Curves: computed exactly, reward ${inWords(rewardOverCost)} costs of honest work, everything verified. Right: measured acceptance by ${scheme} ` +
            `(${sampling}; bars: 95 % intervals over ${own[0]?.prompts ?? 0} prompts) of cheats cheaper than honest work. A cheat above a curve gains. Claim C7 (blog, §2.5.7).`,
          widthPx,
        ),
        spacing: 6,
        resolve: { scale: { y: "shared" } },
        hconcat: [
          {
            width: widthPx - beside - 95,
            height: 300,
            layer: [
              {
                data: { values: curves },
                mark: { type: "line", strokeWidth: 1.8 },
                encoding: {
                  x: xOf(),
                  y: yOf("break-even acceptance"),
                  color: {
                    field: "curve",
                    type: "nominal",
                    scale: { domain: [PAYS, BEATS], range: [COLOURS.blue, COLOURS.vermilion] },
                    legend: { title: null, orient: "top", direction: "vertical", labelFontSize: 10.5, labelLimit: 260 },
                  },
                },
              },
              {
                data: { values: published },
                mark: { type: "point", shape: "diamond", filled: true, size: 90, color: COLOURS.black, opacity: 1 },
                encoding: { x: xOf(), y: yOf("break-even acceptance") },
              },
              {
                data: { values: published },
                mark: { type: "text", align: "left", dx: 8, dy: 9, fontSize: 10.5 },
                encoding: { x: xOf(), y: yOf("break-even acceptance"), text: { field: "name" } },
              },
            ],
          },
          {
            width: beside,
            height: 300,
            data: { values: spread(cheats) },
            layer: [
              {
                mark: { type: "rule", color: COLOURS.grey, strokeWidth: 1.5 },
                encoding: {
                  x: { value: 8 },
                  y: { field: "acceptanceLow", type: "quantitative", axis: null },
                  y2: { field: "acceptanceHigh" },
                },
              },
              {
                mark: { type: "point", filled: true, size: 36, color: COLOURS.black, opacity: 1 },
                encoding: { x: { value: 8 }, y: { field: "acceptance", type: "quantitative", axis: null } },
              },
              {
                mark: { type: "rule", color: COLOURS.grey, strokeWidth: 0.6 },
                encoding: {
                  x: { value: 12 },
                  x2: { value: 28 },
                  y: { field: "acceptance", type: "quantitative", axis: null },
                  y2: { field: "nameAt" },
                },
              },
              {
                mark: { type: "text", align: "left", fontSize: 10, limit: beside - 30 },
                encoding: {
                  x: { value: 31 },
                  y: { field: "nameAt", type: "quantitative", axis: null },
                  text: { field: "strategy" },
                },
              },
            ],
          },
        ],
      };
    },
  };
}

function xOf() {
  return {
    field: "ratio",
    type: "quantitative" as const,
    scale: { type: "log" as const, domain: [...DOMAIN], nice: false },
    axis: { title: "stake / reward", values: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20], format: "~g" },
  };
}

function yOf(title: string) {
  return {
    field: "acceptance",
    type: "quantitative" as const,
    scale: { domain: [0, 1] },
    axis: { title, format: ".0%", tickCount: 5 },
  };
}

const NAME_GAP = 0.045;

/** Names at least a line apart, from the top down. */
function spread(cheats: readonly BreakEvenRow[]): (BreakEvenRow & { readonly nameAt: number })[] {
  let last = 1 + NAME_GAP;
  const placed = cheats.map((row) => {
    last = Math.min(row.acceptance, last - NAME_GAP);
    return { ...row, nameAt: last };
  });
  // What ran out at the bottom is pushed up again.
  let floor = 0.01;
  for (const row of placed.reverse()) {
    row.nameAt = Math.max(row.nameAt, floor);
    floor = row.nameAt + NAME_GAP;
  }
  return placed.reverse();
}
