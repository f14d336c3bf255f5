/** What the runner and its worker processes tell each other. */
import type { Experiment } from "../experiment/file.ts";
import type { Cell } from "./cell.ts";
import type { SerializedError } from "./serialized-error.ts";

/** What a worker opens: models stay open as long as cells of the same order follow. */
export interface WorkOrder {
  readonly experiment: Experiment<object>;
  /** Address of the module that exports `openWorker`. */
  readonly module: string;
  readonly resultsFolder: string;
}

/** A cell to run, and all that is needed for it. */
export interface CellTask {
  readonly order: WorkOrder;
  readonly cell: Cell<unknown>;
  /** What the cell is called in its run. */
  readonly name: string;
  /** For files of the cell's own; each task has another. */
  readonly folder: string;
}

export type ToWorker =
  | { readonly type: "open"; readonly order: WorkOrder }
  /** `folder` is made when the cell asks for a file of its own. */
  | { readonly type: "run"; readonly cell: Cell<unknown>; readonly name: string; readonly folder: string }
  /** To give up the cell under way at the next step that looks at its signal. */
  | { readonly type: "stop" }
  | { readonly type: "close" };

/** Every order to open or run is answered once; a problem is told in between. */
export type FromWorker =
  | { readonly type: "open" }
  /** Rows as the JSON text that the journal keeps, so that fresh and resumed rows are the same to the last digit. */
  | { readonly type: "rows"; readonly rows: string; readonly wallMs: number }
  /** `endsRun`: about what all cells share; any other error fails its cell alone. */
  | { readonly type: "failed"; readonly error: SerializedError; readonly endsRun: boolean }
  | { readonly type: "problem"; readonly line: string };
