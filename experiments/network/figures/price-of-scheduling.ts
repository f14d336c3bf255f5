import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { meanOverRuns } from "../../../src/statistics/over-runs.ts";
import { type Cell, generationTokens, sumOf } from "../cells.ts";

interface Measure {
  readonly name: string;
  of(cell: Cell): number | null;
}

const perPaidJob = (cell: Cell, amount: number): number | null => {
  const paid = sumOf(cell.nodes, "paid");
  return paid === 0 ? null : amount / paid;
};

const MEASURES: readonly Measure[] = [
  { name: "seconds to a verified output (median)", of: ({ network }) => network.verifiedMedianSeconds },
  { name: "seconds to the first token (median)", of: ({ network }) => network.firstTokenMedianSeconds },
  { name: "model tokens per paid job", of: (cell) => perPaidJob(cell, generationTokens(cell).total) },
  {
    name: "kilojoules of generation per paid job",
    of: (cell) =>
      cell.nodes.some(({ joules }) => joules === null) ? null : perPaidJob(cell, sumOf(cell.nodes, "joules") / 1000),
  },
  { name: "messages per paid job", of: (cell) => perPaidJob(cell, cell.network.messages!) },
  { name: "megabytes over links per paid job", of: (cell) => perPaidJob(cell, cell.network.bytes! / 1e6) },
];

const POPULATION = { mixed: "mixed nodes", honest: "honest nodes only" } as const;

/** What each way of giving out work costs in waiting, model work, energy and traffic: a dot a run, the mean as a line (claim C13). */
export function priceOfScheduling(cells: readonly Cell[]): Figure {
  const dots = MEASURES.flatMap(({ name, of }) =>
    cells.flatMap((cell) => {
      const value = of(cell);
      return value === null
        ? []
        : [
            {
              measure: name,
              population: POPULATION[cell.population],
              scheduling: cell.scheduling,
              run: cell.run,
              value,
            },
          ];
    }),
  );
  const means = [
    ...Map.groupBy(dots, ({ measure, population, scheduling }) => `${measure}/${population}/${scheduling}`).values(),
  ].map((own) => ({
    measure: own[0]!.measure,
    population: own[0]!.population,
    scheduling: own[0]!.scheduling,
    ...barOf(own.map(({ value }) => value)),
  }));
  const played = Object.values(POPULATION).filter((name) => dots.some(({ population }) => population === name));
  const title = "What each way of giving out work costs";
  const words = [...Map.groupBy(means, ({ measure, population }) => `${measure}, ${population}`)].map(
    ([what, own]) => `${what}: ${own.map((one) => `${one.scheduling} ${one.words}`).join(", ")}`,
  );
  return {
    name: "price-of-scheduling",
    title,
    description: `${title}. ${words.join("; ")}.`,
    spec: (widthPx) => ({
      ...frame(
        title,
        "A dot a run, the mean as a stroke and a number, bars: 95 % intervals of the mean (from two runs on). Virtual time and energy come from the hardware profile, not from this machine. Claim C13 (§4.2, §6).",
        widthPx,
      ),
      data: { values: [...dots, ...means] },
      facet: { field: "measure", type: "nominal", sort: MEASURES.map(({ name }) => name) },
      columns: widthPx >= NARROW_PX ? 2 : 1,
      spacing: { row: 14, column: 24 },
      resolve: { scale: { x: "independent" } },
      spec: {
        width: widthPx >= NARROW_PX ? Math.floor((widthPx - 190) / 2) : widthPx - 130,
        height: { step: 15 },
        encoding: {
          y: {
            field: "scheduling",
            type: "nominal",
            sort: [...new Set(cells.map(({ scheduling }) => scheduling))],
            axis: { title: null, ticks: false, domain: false },
          },
          yOffset: { field: "population", type: "nominal", sort: played },
          color: {
            field: "population",
            type: "nominal",
            scale: { domain: played, range: [COLOURS.vermilion, COLOURS.blue] },
            legend: { title: null, orient: "top", direction: "horizontal", labelFontSize: 10.5 },
          },
        },
        layer: [
          {
            transform: [{ filter: "isValid(datum.value)" }],
            mark: { type: "point", filled: true, size: 22, opacity: 0.5 },
            encoding: {
              x: { field: "value", type: "quantitative", scale: { zero: true }, axis: { title: null, tickCount: 4 } },
            },
          },
          {
            transform: [{ filter: "isValid(datum.mean)" }],
            mark: { type: "rule", strokeWidth: 1.25 },
            encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
          },
          {
            transform: [{ filter: "isValid(datum.mean)" }],
            mark: { type: "tick", thickness: 2, size: 13, opacity: 1 },
            encoding: { x: { field: "mean", type: "quantitative" } },
          },
          {
            transform: [{ filter: "isValid(datum.mean)" }],
            mark: { type: "text", align: "left", dx: 9, fontSize: 10 },
            encoding: { x: { field: "most", type: "quantitative" }, text: { field: "words" } },
          },
        ],
      },
    }),
  };
}

/** Mean and interval over runs; the number stands to the right of all dots and of the bar. */
function barOf(values: readonly number[]): { mean: number; low: number; high: number; most: number; words: string } {
  const { value: mean, low, high } = meanOverRuns(values);
  const ends = Number.isFinite(high) ? { low: Math.max(0, low), high } : { low: mean, high: mean };
  return { mean, ...ends, most: Math.max(...values, ends.high), words: inWords(mean) };
}
