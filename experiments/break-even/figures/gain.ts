import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords, percent } from "../../../src/lab/format.ts";
import { columnName } from "../../attack/columns.ts";
import type { BreakEvenRow } from "../rows.ts";

const LOOKS = [
  { name: "gains", colour: COLOURS.vermilion },
  { name: "not decided", colour: COLOURS.grey },
  { name: "loses", colour: COLOURS.blue },
] as const;

/** What each cheat earns more than honest work, by scheme, at the first stake and share of verified jobs (C7). */
export function gainOverHonest(rows: readonly BreakEvenRow[], sampling: string): Figure {
  const [first] = rows;
  const { stakeRatio, verifiedShare, rewardOverCost } = first!;
  const shown = rows
    .filter(
      (row) =>
        row.sampling === sampling &&
        row.kind === "cheat" &&
        row.stakeRatio === stakeRatio &&
        row.verifiedShare === verifiedShare,
    )
    .map(({ strategy, scheme, gainOverHonest: gain, gainOverHonestLow: low, gainOverHonestHigh: high }) => ({
      strategy,
      scheme: columnName(scheme),
      gain,
      low,
      high,
      look: low > 0 ? "gains" : high < 0 ? "loses" : "not decided",
    }));
  const schemes = [...new Set(shown.map(({ scheme }) => scheme))];
  const order = [...Map.groupBy(shown, ({ strategy }) => strategy)]
    .sort(([, [a]], [, [b]]) => b!.gain - a!.gain)
    .map(([strategy]) => strategy);
  const gaining = shown.filter(({ look }) => look === "gains");
  const title = "What a cheat earns more than honest work";
  return {
    name: "gain-over-honest",
    title,
    description:
      `${title}, stake ${inWords(stakeRatio)} rewards, ${percent(verifiedShare)} of jobs verified. ` +
      (gaining.length === 0
        ? "Nobody gains for certain."
        : `Gaining: ${gaining.map(({ strategy, scheme, gain }) => `${strategy} under ${scheme} ${inWords(gain)}`).join("; ")}.`),
    spec: (widthPx) => {
      const columns = widthPx >= NARROW_PX ? Math.min(3, schemes.length) : 1;
      const labels = 178;
      return {
        ...frame(
          title,
          `Expected profit of a job less that of honest one-token decoding, in costs of honest work; reward ${inWords(rewardOverCost)}, stake ${inWords(stakeRatio)} rewards, ` +
            `${percent(verifiedShare)} of jobs verified. P(accept) exact for each output, bars: 95 % intervals paired by prompt; costs modelled by the hardware profile. Claim C7 (blog, §2.5.7).`,
          widthPx,
        ),
        data: { values: shown },
        facet: { field: "scheme", type: "nominal", sort: schemes },
        columns,
        spacing: { row: 16, column: 14 },
        spec: {
          width: Math.floor((widthPx - labels - 20) / columns) - 14,
          height: { step: 13 },
          encoding: {
            y: {
              field: "strategy",
              type: "nominal",
              sort: order,
              axis: { title: null, ticks: false, domain: false, labelLimit: labels, labelFontSize: 10, grid: true },
            },
            color: {
              field: "look",
              type: "nominal",
              scale: { domain: LOOKS.map(({ name }) => name), range: LOOKS.map(({ colour }) => colour) },
              legend: { title: null, orient: "top", direction: "horizontal", labelFontSize: 10.5 },
            },
          },
          layer: [
            {
              mark: { type: "rule", strokeWidth: 1.5 },
              encoding: {
                x: {
                  field: "low",
                  type: "quantitative",
                  axis: { title: "costs of honest work a job", tickCount: 4, format: "~g" },
                },
                x2: { field: "high" },
              },
            },
            {
              mark: { type: "point", filled: true, size: 24, opacity: 1 },
              encoding: { x: { field: "gain", type: "quantitative" } },
            },
            {
              mark: { type: "rule", strokeWidth: 0.7 },
              encoding: { x: { datum: 0 }, y: { value: 0 }, y2: { value: "height" }, color: { value: COLOURS.black } },
            },
          ],
        },
      };
    },
  };
}
