/**
 * An experiment's cells: independent pieces that can run anywhere and in any order. A kind names them and a module that runs
 * one; which of them run, where, and what was finished before is this folder's business.
 */

import type { RunEnvironment } from "../experiment/define.ts";
import type { Experiment } from "../experiment/file.ts";
import type { CellPlan, FinishedCells } from "./cell.ts";
import { Sweep } from "./sweep.ts";

export type * from "./cell.ts";

/**
 * Runs the cells that no earlier, interrupted run of the same experiment has finished. Within a run, its sweep keeps account of cells
 * that failed; on its own, the first failure is thrown when the others are done.
 */
export async function runCells<Input, Row extends object>(
  experiment: Experiment<object>,
  environment: RunEnvironment,
  plan: CellPlan<Input>,
): Promise<FinishedCells<Row>> {
  if (environment.sweep !== undefined) return environment.sweep.run(experiment, environment, plan);
  const sweep = new Sweep();
  const finished = await sweep.run<Input, Row>(experiment, environment, plan);
  const [failure] = sweep.failures;
  if (failure !== undefined) throw new Error(`${failure.cell}: ${failure.message}`, { cause: failure });
  return finished;
}
