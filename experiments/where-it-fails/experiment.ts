import { defineExperiment } from "../../src/lab/experiment/define.ts";
import { attackCells, type JobsOfPrompts } from "../attack/cells.ts";
import { attackLists, listsOfWrittenRun } from "../attack/lists.ts";
import { attackSettings } from "../attack/settings.ts";
import { transcriptRows } from "../shared/transcripts.ts";
import { analyseWhereItFails } from "./analyse.ts";
import { whereItFailsMetrics } from "./compare.ts";
import { type WhereRow, whereRowTable } from "./rows.ts";
import { madeUpWhere } from "./sample.ts";

/** Where in an output the inconsistent positions are: by entropy, by place, by distance behind a changed token. */
export const whereItFails = defineExperiment({
  name: "where-it-fails",
  settings: attackSettings,
  expectedCost: { secondsPerCell: 12, bytesPerCell: 160_000, bytesOnce: 2_400_000 },
  figures: ["by-entropy", "by-position", "by-distance"],
  collect: (experiment, environment) =>
    transcriptRows<JobsOfPrompts, WhereRow>(experiment, environment, {
      cells: attackCells(experiment).filter(({ input }) => input.split === "evaluation"),
      module: new URL("./worker.ts", import.meta.url),
      lists: { strategies: attackLists(experiment).strategies },
    }),
  rows: whereRowTable,
  analyse: analyseWhereItFails,
  listsOf: (run) => listsOfWrittenRun(run, "summary.csv"),
  metrics: whereItFailsMetrics,
  sample: () => ({
    rows: madeUpWhere(),
    change: ({ positions }) => ({ inconsistent: positions }),
    changes: ["inconsistentShare"],
  }),
});
