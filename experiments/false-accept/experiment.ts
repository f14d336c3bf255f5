import { defineExperiment } from "../../src/lab/experiment/define.ts";
import { attackMetrics } from "../attack/compare.ts";
import { listsOfWrittenRun } from "../attack/lists.ts";
import { attackRows, attackRowsForm, attackSample } from "../attack/run.ts";
import { attackSettings } from "../attack/settings.ts";
import { analyseFalseAccept } from "./analyse.ts";

/** How often a cheated output passes, by cheat and verification scheme. */
export const falseAccept = defineExperiment({
  name: "false-accept",
  settings: attackSettings,
  expectedCost: { secondsPerCell: 12, bytesPerCell: 24_000, bytesOnce: 3_700_000 },
  figures: ["matrix", "against-published", "by-check-budget"],
  collect: attackRows,
  rows: attackRowsForm,
  analyse: analyseFalseAccept,
  listsOf: (run) => listsOfWrittenRun(run, "acceptance.csv"),
  metrics: attackMetrics,
  sample: () => attackSample(),
});
