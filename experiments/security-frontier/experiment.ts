import { prototypeHardware } from "../../src/actors/hardware-profile.ts";
import { defineExperiment } from "../../src/lab/experiment/define.ts";
import { inWords, percent } from "../../src/lab/format.ts";
import { Streams } from "../../src/sim/streams.ts";
import { attackRows } from "../attack/run.ts";
import { payoffs, rows as playedRows, terms } from "../economics/sample.ts";
import { securityFrontierSettings } from "../economics/settings.ts";
import { strategyPayoffs } from "../economics/strategy-payoffs.ts";
import { hardwareOf } from "../shared/hardware.ts";
import { analyseSecurityFrontier } from "./analyse.ts";
import { cheapestSafe } from "./cheapest.ts";
import { securityFrontierMetrics } from "./compare.ts";
import { frontierRows } from "./model.ts";
import { type FrontierRow, frontierRowTable } from "./rows.ts";

/** From which stake and share of verified jobs on no cheat pays, and what that costs the honest. */
export const securityFrontier = defineExperiment({
  name: "security-frontier",
  settings: securityFrontierSettings,
  expectedCost: { secondsPerCell: 12, bytesPerCell: 12_000, bytesOnce: 1_800_000 },
  figures: ["security-frontier", "cost-of-security"],
  collect: async (experiment, environment) => {
    const { rows, models, ...others } = await attackRows(experiment, environment);
    const { settings, seed } = experiment;
    const payoffs = strategyPayoffs(rows, new Streams(seed));
    const hardware = hardwareOf(settings.hardware, models);
    return { ...others, rows: frontierRows(payoffs, rows, settings, hardware, models[0]!.root) };
  },
  rows: frontierRowTable,
  analyse: analyseSecurityFrontier,
  consoleSummary,
  metrics: securityFrontierMetrics,
  sample: () => ({
    rows: frontierRows(payoffs, playedRows, terms, prototypeHardware([{ root: "t", bytes: 100 }]), "t"),
    change: () => ({ leastVerifiedShare: null }),
    changes: ["secured", "leastVerifiedShare"],
  }),
});

/** The few numbers that matter: under each sampling and yardstick the cheapest verification that leaves no cheat a profit. */
function consoleSummary(rows: readonly FrontierRow[]): string[] {
  return [...Map.groupBy(rows, ({ sampling, yardstick }) => `${sampling}, against ${yardstick} decoding`)].map(
    ([name, own]) => {
      const best = cheapestSafe(own);
      return best === undefined
        ? `${name}: no priced scheme leaves every cheat without profit`
        : `${name}: ${best.scheme} on ${percent(best.leastVerifiedShareHigh!)} of jobs at a stake of ${inWords(best.stakeRatio)} rewards ` +
            `leaves no cheat a profit (binding: ${best.binding}), for ${percent(best.securityCost)} of the cost of honest work`;
    },
  );
}
