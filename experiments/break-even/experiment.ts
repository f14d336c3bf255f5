import { defineExperiment } from "../../src/lab/experiment/define.ts";
import { Streams } from "../../src/sim/streams.ts";
import { attackRows } from "../attack/run.ts";
import { payoffs, terms } from "../economics/sample.ts";
import { breakEvenSettings } from "../economics/settings.ts";
import { strategyPayoffs } from "../economics/strategy-payoffs.ts";
import { analyseBreakEven } from "./analyse.ts";
import { breakEvenMetrics } from "./compare.ts";
import { breakEvenRows } from "./model.ts";
import { breakEvenRowTable } from "./rows.ts";

/** What each strategy earns under each scheme, and the acceptance above which it pays: outputs are measured, the rest is arithmetic. */
export const breakEven = defineExperiment({
  name: "break-even",
  settings: breakEvenSettings,
  expectedCost: { secondsPerCell: 12, bytesPerCell: 380_000, bytesOnce: 2_300_000 },
  figures: ["break-even-curve", "gain-over-honest", "honest-losses"],
  collect: async (experiment, environment) => {
    const { rows, ...others } = await attackRows(experiment, environment);
    const payoffs = strategyPayoffs(rows, new Streams(experiment.seed));
    return { ...others, rows: breakEvenRows(payoffs, experiment.settings) };
  },
  rows: breakEvenRowTable,
  analyse: analyseBreakEven,
  metrics: breakEvenMetrics,
  sample: () => ({
    rows: breakEvenRows(payoffs, terms),
    change: ({ profit }) => ({ profit: profit + 1 }),
    changes: ["profit"],
  }),
});
