import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { columnName } from "../../attack/columns.ts";
import type { FrontierRow } from "../rows.ts";

const PARTS = ["verification work", "lost to false rejects"] as const;

const MOST_PANELS = 4;

/** What leaving no cheat a profit costs the honest, by scheme and stake: verification and false rejects (C7). */
export function costOfSecurity(rows: readonly FrontierRow[], sampling: string): Figure {
  const ratios = [...new Set(rows.map(({ stakeRatio }) => stakeRatio))].sort((a, b) => a - b);
  // So many panels have room; from the lowest stake to the highest.
  const step = Math.ceil(ratios.length / MOST_PANELS);
  const shownRatios = ratios.filter((_, i) => (ratios.length - 1 - i) % step === 0);
  const own = rows.filter(
    (row) => row.sampling === sampling && row.yardstick === "honest" && shownRatios.includes(row.stakeRatio),
  );
  const bars = own.flatMap(({ scheme, stakeRatio, verificationCost, honestLoss }) =>
    verificationCost === null
      ? []
      : [
          {
            scheme: columnName(scheme),
            stake: stakeName(stakeRatio),
            part: PARTS[0],
            cost: verificationCost,
            order: 0,
          },
          { scheme: columnName(scheme), stake: stakeName(stakeRatio), part: PARTS[1], cost: honestLoss!, order: 1 },
        ],
  );
  const hopeless = own
    .filter((row) => row.verificationCost === null)
    .map(({ scheme, stakeRatio }) => ({
      scheme: columnName(scheme),
      stake: stakeName(stakeRatio),
      words: "no share is enough",
    }));
  const stakes = [...new Set(own.map(({ stakeRatio }) => stakeRatio))].sort((a, b) => a - b).map(stakeName);
  const schemes = [...new Set(own.map(({ scheme }) => columnName(scheme)))];
  const title = "What it costs the honest to leave no cheat a profit";
  return {
    name: "cost-of-security",
    title,
    description:
      `${title}. ` +
      stakes
        .map((stake) => {
          const here = Map.groupBy(
            bars.filter((bar) => bar.stake === stake),
            ({ scheme }) => scheme,
          );
          return `${stake}: ${[...here].map(([scheme, parts]) => `${scheme} ${inWords(parts.reduce((sum, { cost }) => sum + cost, 0))}`).join(", ") || "nothing is enough"}`;
        })
        .join(". "),
    spec: (widthPx) => ({
      ...frame(
        title,
        `For each job, in costs of honest one-token decoding, at the least share of verified jobs (security-frontier figure); point estimates, intervals in rows.csv. ${sampling}. Claim C7 (blog, §2.5.7); modelled by the hardware profile.`,
        widthPx,
      ),
      data: { values: [...bars, ...hopeless] },
      facet: { field: "stake", type: "nominal", sort: stakes },
      columns: widthPx >= NARROW_PX ? 2 : 1,
      spacing: { row: 14, column: 14 },
      spec: {
        width: widthPx >= NARROW_PX ? Math.floor((widthPx - 200) / 2) : widthPx - 160,
        height: { step: 15 },
        encoding: {
          y: { field: "scheme", type: "nominal", sort: schemes, axis: { title: null, ticks: false, domain: false } },
        },
        layer: [
          {
            transform: [{ filter: "isValid(datum.cost)" }],
            mark: { type: "bar" },
            encoding: {
              x: {
                field: "cost",
                type: "quantitative",
                stack: "zero",
                axis: { title: "costs of honest work a job", tickCount: 4, format: "~g" },
              },
              order: { field: "order", type: "quantitative" },
              color: {
                field: "part",
                type: "nominal",
                scale: { domain: [...PARTS], range: [COLOURS.blue, COLOURS.vermilion] },
                legend: { title: null, orient: "top", direction: "horizontal", labelFontSize: 10.5 },
              },
            },
          },
          {
            transform: [{ filter: "isValid(datum.words)" }],
            mark: { type: "text", align: "left", dx: 4, fontSize: 10, color: COLOURS.grey },
            encoding: { x: { value: 0 }, text: { field: "words" } },
          },
        ],
      },
    }),
  };
}

function stakeName(ratio: number): string {
  return `stake ${inWords(ratio)} rewards`;
}
