/**
 * An experiment's cells: independent pieces that can run anywhere and in any order. A kind names them and a module that runs
 * one; which of them run, where, and what was finished before is this folder's business.
 */
import type { Experiment } from "../experiment-file.ts";
import type { RunEnvironment } from "../experiments/kind.ts";
import { Journal } from "../journal.ts";

/** `input` crosses to a worker thread: plain data. */
export interface Cell<Input> {
  /** Unique in its experiment and the same whenever the same settings run, such as "mixed, redundant, run 3". */
  readonly key: string;
  readonly input: Input;
}

/** What a worker is given besides the experiment. */
export interface WorkerEnvironment {
  readonly resultsFolder: string;
  readonly signal: AbortSignal;
}

/** Runs cells one after the other; models stay open between them. */
export interface CellWorker<Input, Row extends object> {
  /** The cell's rows: the same whichever worker runs it, after whichever others. */
  run(cell: Cell<Input>): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** A cell module exports this as `openWorker`; called once in each worker. */
export type OpenWorker<Input, Row extends object> = (
  experiment: Experiment,
  environment: WorkerEnvironment,
) => Promise<CellWorker<Input, Row>>;

export interface CellPlan<Input> {
  readonly cells: readonly Cell<Input>[];
  /** `import.meta.url`-relative address of the module that exports `openWorker`. */
  readonly module: URL;
  /** What finished rows depend on besides seed and settings: model roots, numerics. */
  readonly identity: object;
}

export interface FinishedCells<Row extends object> {
  /** In the order of the plan, whatever order they ran in. */
  readonly rows: readonly Row[];
  /** To be called when the run's own files are written. */
  readonly forgetJournal: () => void;
}

interface CellRecord<Row> {
  readonly cell: string;
  readonly rows: readonly Row[];
}

/** Runs the cells that no earlier, interrupted run of the same experiment has finished. */
export async function runCells<Input, Row extends object>(
  experiment: Experiment,
  { resultsFolder, signal, onProgress }: RunEnvironment,
  { cells, module, identity }: CellPlan<Input>,
): Promise<FinishedCells<Row>> {
  const { name, seed, settings } = experiment;
  const journal = Journal.open<CellRecord<Row>>(resultsFolder, name, { seed, settings, ...identity });
  const finished = new Map(journal.rows.map(({ cell, rows }) => [cell, rows]));
  const resumed = cells.filter(({ key }) => finished.has(key)).length;
  let worker: CellWorker<Input, Row> | undefined;
  try {
    for (const cell of cells) {
      if (finished.has(cell.key)) continue;
      signal.throwIfAborted();
      onProgress({ done: finished.size, total: cells.length, resumed, doing: cell.key });
      const { openWorker } = (await import(module.href)) as { openWorker: OpenWorker<Input, Row> };
      worker ??= await openWorker(experiment, { resultsFolder, signal });
      const rows = await worker.run(cell);
      journal.add({ cell: cell.key, rows });
      finished.set(cell.key, rows);
    }
    onProgress({ done: finished.size, total: cells.length, resumed, doing: "drawing" });
  } finally {
    await worker?.close();
  }
  return { rows: cells.flatMap(({ key }) => finished.get(key)!), forgetJournal: () => journal.remove() };
}
