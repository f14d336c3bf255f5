import { defineExperiment } from "../../src/lab/experiment/define.ts";
import type { Cell } from "../../src/lab/runner/cells.ts";
import { transcriptRows } from "../shared/transcripts.ts";
import { analyseNetwork } from "./analyse.ts";
import { byScheduling, endsOf, sumOf } from "./cells.ts";
import { networkMetrics } from "./compare.ts";
import { type NetworkRow, networkRowTable } from "./rows.ts";
import { madeUpRows } from "./sample.ts";
import { type NetworkSettings, networkSettings } from "./settings.ts";
import type { CellOfWorld } from "./world-of.ts";

/** Networks of honest and dishonest nodes, clients, verifiers and miners: one world for each population, scheduling and run. */
export const network = defineExperiment({
  name: "network",
  settings: networkSettings,
  expectedCost: { secondsPerCell: 1.6, bytesPerCell: 92_000, bytesOnce: 2_300_000 },
  figures: ["earnings-over-time", "fate-of-paid-jobs", "price-of-scheduling"],
  collect: (experiment, environment) =>
    transcriptRows<CellOfWorld, NetworkRow>(experiment, environment, {
      cells: worlds(experiment.settings),
      module: new URL("./worker.ts", import.meta.url),
    }),
  rows: networkRowTable,
  analyse: analyseNetwork,
  consoleSummary,
  metrics: networkMetrics,
  sample: () => ({
    rows: madeUpRows(),
    change: ({ bytes }) => ({ bytes: bytes === null ? null : 2 * bytes }),
    changes: ["bytes"],
  }),
});

function worlds({ populations, schedulings, runs }: NetworkSettings): Cell<CellOfWorld>[] {
  return populations.flatMap((population) =>
    schedulings.flatMap((scheduling) =>
      Array.from({ length: runs }, (_, run) => ({
        key: `${population}, ${scheduling}, run ${run}`,
        input: { population, scheduling, run },
      })),
    ),
  );
}

/** The few numbers that matter, a line for each population and scheduling. */
function consoleSummary(rows: readonly NetworkRow[]): string[] {
  return byScheduling(endsOf(rows)).map(({ population, scheduling, cells }) => {
    const nodes = cells.flatMap((cell) => cell.nodes);
    const jobs = cells.reduce((sum, { network }) => sum + network.jobs!, 0);
    const [paid, passed, failed] = (["paid", "passed", "failed"] as const).map((column) => sumOf(nodes, column));
    return (
      `${population}, ${scheduling}: ${jobs} jobs, ${paid} paid; verified: ${passed} passed, ${failed} failed; ` +
      `${sumOf(nodes, "slashed")} stakes slashed, ${sumOf(nodes, "wronglySlashed")} of honest nodes`
    );
  });
}
