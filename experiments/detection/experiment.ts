import { defineExperiment } from "../../src/lab/experiment/define.ts";
import type { ExperimentReport } from "../../src/lab/results/experiment-report.ts";
import { attackMetrics } from "../attack/compare.ts";
import { listsOfWrittenRun } from "../attack/lists.ts";
import type { AttackRow } from "../attack/rows.ts";
import { attackRows, attackRowsForm, attackSample } from "../attack/run.ts";
import { attackSettings } from "../attack/settings.ts";
import { analyseDetection } from "./analyse.ts";

/** What each scheme detects, at which false-reject rate and cost. */
export const detection = defineExperiment({
  name: "detection",
  settings: attackSettings,
  expectedCost: { secondsPerCell: 12, bytesPerCell: 30_000, bytesOnce: 3_800_000 },
  figures: ["cost-and-benefit", "areas", "roc-curves"],
  collect: attackRows,
  rows: attackRowsForm,
  analyse: analyseDetection,
  listsOf: (run) => listsOfWrittenRun(run),
  consoleSummary,
  metrics: attackMetrics,
  sample: () => attackSample(),
});

/** What the best schemes catch on average: the first rows of the summary, by share detected. */
function consoleSummary(_: readonly AttackRow[], { summaries }: ExperimentReport): string[] {
  const rows = (summaries[0]?.rows ?? []) as {
    scheme: string;
    detected: number;
    "false rejects": number;
    read: number;
  }[];
  return rows
    .toSorted((a, b) => b.detected - a.detected)
    .slice(0, 8)
    .map(
      (row) =>
        `${row.scheme}: rejects ${(100 * row.detected).toFixed(1)} % of cheated outputs and ${(100 * row["false rejects"]).toFixed(1)} % of honest ones, ` +
        `reading ${Math.round(row.read)} tokens a verdict`,
    );
}
