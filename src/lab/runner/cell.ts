/** What an experiment's cells are, and who runs them. */
import type { Experiment } from "../experiment/file.ts";

/** `input` crosses to another process: plain data. */
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

export interface CellContext {
  /** The cell's key, after its combination of settings in a run that varies them: unique in the run. */
  readonly name: string;
  /**
   * Where this cell may write a file of its own, such as a log of its events: plain names of letters, digits, ".", "_" and
   * "-". A finished run holds it as `cells/CELL/NAME`. Of a cell that fails or is interrupted nothing is kept.
   */
  file(name: string): string;
}

/** Runs cells one after the other; models stay open between them. */
export interface CellWorker<Input, Row extends object> {
  /** The cell's rows: the same whichever worker runs it, after whichever others. */
  run(cell: Cell<Input>, context: CellContext): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** A cell module exports this as `openWorker`; called once in each worker, with settings that the experiment's schema gave. */
export type OpenWorker<Input, Row extends object, Settings extends object> = (
  experiment: Experiment<Settings>,
  environment: WorkerEnvironment,
) => Promise<CellWorker<Input, Row>>;

export interface CellPlan<Input> {
  readonly cells: readonly Cell<Input>[];
  /** `import.meta.url`-relative address of the module that exports `openWorker`. */
  readonly module: URL;
  /** What finished rows depend on besides seed and settings: model roots, numerics. */
  readonly identity: object;
  /** Files that workers open, with the roots that the run knows them by: rows made while one was another file are not kept. */
  readonly models?: readonly { readonly path: string; readonly root: string }[];
}

export interface FinishedCells<Row extends object> {
  /** In the order of the plan, whatever order they ran in; of a partial run, those that there are. */
  readonly rows: readonly Row[];
  /** To be called when the run's own files are written. */
  readonly discardJournal: () => void;
}
