/** What the experiments on judged outputs share: every prompt, sampling and seed, answered by every strategy, judged by every scheme. */
import type { RunEnvironment } from "../../src/lab/experiment/define.ts";
import type { Experiment } from "../../src/lab/experiment/file.ts";
import { type TranscriptRows, transcriptRows } from "../shared/transcripts.ts";
import { attackCells, type JobsOfPrompts } from "./cells.ts";
import { attackLists } from "./lists.ts";
import { type AttackRow, attackRowsOf, attackRowsTable } from "./rows.ts";
import { madeUpRows } from "./sample.ts";
import type { AttackSettings } from "./settings.ts";

/** Runs the cells; experiments that make something else of the rows have settings that hold an attack experiment's. */
export function attackRows(
  experiment: Experiment<AttackSettings>,
  environment: RunEnvironment,
): Promise<TranscriptRows<AttackRow>> {
  return transcriptRows<JobsOfPrompts, AttackRow>(experiment, environment, {
    cells: attackCells(experiment),
    module: new URL("./worker.ts", import.meta.url),
    lists: attackLists(experiment),
  });
}

/** Rows of outputs as rows.csv holds them, and back. */
export const attackRowsForm = { table: attackRowsTable, read: attackRowsOf };

/** `rows` of the made-up ones, and what a rule that accepts less would change in them. */
export function attackSample(rows: readonly AttackRow[] = madeUpRows) {
  return {
    rows,
    change: ({ accept }: AttackRow) => ({
      accept: Object.fromEntries(Object.keys(accept).map((scheme) => [scheme, 0.125])),
    }),
    changes: ["acceptance"],
  };
}
