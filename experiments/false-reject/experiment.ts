import { defineExperiment } from "../../src/lab/experiment/define.ts";
import { attackMetrics } from "../attack/compare.ts";
import { analyseFalseReject } from "../attack/false-rejects/analyse.ts";
import { listsOfWrittenRun } from "../attack/lists.ts";
import { attackRows, attackRowsForm, attackSample } from "../attack/run.ts";
import { madeUpRows } from "../attack/sample.ts";
import { attackSettings } from "../attack/settings.ts";

/** How often an honest output fails, by what its node did differently and by verification scheme. */
export const falseReject = defineExperiment({
  name: "false-reject",
  settings: attackSettings,
  expectedCost: { secondsPerCell: 3.6, bytesPerCell: 9_000, bytesOnce: 2_100_000 },
  figures: ["matrix", "flips", "margins-of-flips"],
  collect: attackRows,
  rows: attackRowsForm,
  analyse: analyseFalseReject,
  listsOf: (run) => listsOfWrittenRun(run, "acceptance.csv"),
  metrics: attackMetrics,
  sample: () => attackSample(madeUpRows.filter(({ kind }) => kind !== "cheat")),
});
