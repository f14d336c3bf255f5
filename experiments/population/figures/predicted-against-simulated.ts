import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords, percent } from "../../../src/lab/format.ts";
import { columnName } from "../../attack/columns.ts";
import { disagreements } from "../disagreement.ts";
import type { PopulationRow } from "../rows.ts";

const ORDER = [COLOURS.blue, COLOURS.vermilion, COLOURS.green, COLOURS.purple, COLOURS.black, COLOURS.grey];

/** What nodes earn by the mean field, and in whole simulations of the same points (C7). */
export function predictedAgainstSimulated(rows: readonly PopulationRow[]): Figure {
  const checked = disagreements(rows);
  const values = checked.map((one) => ({
    point: `${columnName(one.scheme)}, stake ${inWords(one.stakeRatio)}, ${percent(one.verifiedShare)} verified`,
    strategy: one.strategy,
    predicted: one.predicted,
    simulated: one.simulated.value,
    low: one.simulated.low,
    high: one.simulated.high,
  }));
  const strategies = [...new Set(values.map(({ strategy }) => strategy))];
  const title = "What nodes earn: mean field against whole simulations";
  const x = (field: string) => ({
    field,
    type: "quantitative" as const,
    axis: { title: "rewards per node and hour, lost stakes deducted", tickCount: 5, format: "~g" },
  });
  return {
    name: "predicted-against-simulated",
    title,
    description: `${title}. ${values.map((one) => `${one.point}, ${one.strategy}: predicted ${inWords(one.predicted)}, simulated ${inWords(one.simulated)}`).join("; ")}.`,
    spec: (widthPx) => ({
      ...frame(
        title,
        `Ticks: predicted by the mean field. Dots: simulated networks, mean of ${checked[0]!.runs} runs, bars: 95 % intervals (Student's t). The simulation adds what the model leaves out: waiting, disputes, network, fees. Claim C7 (blog, §2.5.7).`,
        widthPx,
      ),
      data: { values },
      facet: { field: "point", type: "nominal", sort: [...new Set(values.map(({ point }) => point))] },
      columns: 1,
      resolve: { scale: { x: "independent" } },
      spec: {
        width: widthPx - 190,
        height: { step: 18 },
        encoding: {
          y: {
            field: "strategy",
            type: "nominal",
            sort: strategies,
            axis: { title: null, ticks: false, domain: false, grid: true },
          },
          color: {
            field: "strategy",
            type: "nominal",
            scale: { domain: strategies, range: strategies.map((_, i) => ORDER[i % ORDER.length]!) },
            legend: null,
          },
        },
        layer: [
          { mark: { type: "rule", strokeWidth: 1.6 }, encoding: { x: x("low"), x2: { field: "high" } } },
          { mark: { type: "point", filled: true, size: 40, opacity: 1 }, encoding: { x: x("simulated") } },
          {
            mark: { type: "tick", thickness: 2, size: 15, color: COLOURS.black },
            encoding: { x: x("predicted"), color: { value: COLOURS.black } },
          },
        ],
      },
    }),
  };
}
