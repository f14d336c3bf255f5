import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import type { TokenCostRow } from "../rows.ts";
import { shownRows, varying } from "../shown.ts";

const PARTS = ["electricity", "wear of the machine"] as const;

/** Electricity and wear, as utilisation, redundant work and verification change them; a panel a machine (C6). */
export function partsOfCost(rows: readonly TokenCostRow[]): Figure {
  const changed = (row: TokenCostRow, first: TokenCostRow): string => {
    const words = [
      ...(row.utilisation === first.utilisation ? [] : [`busy ${Math.round(100 * row.utilisation)} % of its life`]),
      ...(row.batch === first.batch ? [] : [`${row.batch} sequences at once`]),
      ...(row.nodesPerJob === first.nodesPerJob ? [] : [`${row.nodesPerJob} nodes on each job`]),
      ...(row.verifiedShare === first.verifiedShare ? [] : [`${Math.round(100 * row.verifiedShare)} % read to verify`]),
    ];
    return words[0] ?? "one sequence, always busy";
  };
  const columns = ["utilisation", "batch", "nodesPerJob", "verifiedShare"] as const;
  const bars = shownRows(rows).flatMap((first) => {
    const own = rows.filter(({ machine }) => machine === first.machine);
    const variants = [
      first,
      ...columns.flatMap((column) => varying(own, column).filter((row) => row[column] !== first[column])),
    ];
    return variants.flatMap((row) => [
      { machine: row.what, case: changed(row, first), part: PARTS[0], usd: row.electricityUsdPer1000Tokens, order: 0 },
      { machine: row.what, case: changed(row, first), part: PARTS[1], usd: row.hardwareUsdPer1000Tokens, order: 1 },
    ]);
  });
  const cases = [...new Set(bars.map((bar) => bar.case))];
  const title = "What 1000 tokens cost is mostly a matter of use, not of electricity";
  const [first] = shownRows(rows);
  return {
    name: "parts-of-cost",
    title: heading(bars, title),
    description: `${heading(bars, title)}. ${[...Map.groupBy(bars, ({ machine }) => machine)]
      .map(
        ([machine, own]) =>
          `${machine}: ${own.map((bar) => `${bar.case}, ${bar.part} $${bar.usd.toPrecision(3)}`).join("; ")}`,
      )
      .join(". ")}.`,
    spec: (widthPx) => ({
      ...frame(
        heading(bars, title),
        `One circumstance changed at a time; $${first!.usdPerKwh} a kWh, ${first!.outputTokens} tokens after ${first!.promptTokens}. Each panel has its own scale. Claim C6 (blog, §2.5.5) counts electricity only. Computed from published or measured rates.`,
        widthPx,
      ),
      data: { values: bars },
      facet: {
        field: "machine",
        type: "nominal",
        sort: [...new Set(bars.map(({ machine }) => machine))],
        // A narrow panel is shorter than the longest name.
        ...(widthPx < NARROW_PX ? { header: { labelFontSize: 10 } } : {}),
      },
      columns: 1,
      resolve: { scale: { x: "independent" } },
      spec: {
        width: widthPx - 190,
        height: { step: 15 },
        mark: { type: "bar" },
        encoding: {
          y: { field: "case", type: "nominal", sort: cases, axis: { title: null, ticks: false, domain: false } },
          x: {
            field: "usd",
            type: "quantitative",
            stack: "zero",
            axis: { title: "dollars per 1000 output tokens", tickCount: 4, format: "~g" },
          },
          order: { field: "order", type: "quantitative" },
          color: {
            field: "part",
            type: "nominal",
            scale: { domain: [...PARTS], range: [COLOURS.blue, COLOURS.vermilion] },
            legend: {
              title: null,
              orient: "top",
              direction: "horizontal",
              labelFontSize: 10.5,
              columns: widthPx < NARROW_PX ? 1 : 2,
            },
          },
        },
      },
    }),
  };
}

/** The title says what the bars say, and nothing else when they do not. */
function heading(bars: readonly { part: string; usd: number }[], title: string): string {
  const sum = (part: string) => bars.reduce((total, bar) => total + (bar.part === part ? bar.usd : 0), 0);
  return sum(PARTS[1]) > sum(PARTS[0]) ? title : "What 1000 tokens cost: electricity and the machine's wear";
}
