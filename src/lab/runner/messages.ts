/** What the runner and its worker processes tell each other. */
import type { Experiment } from "../experiment/file.ts";
import type { CarriedError } from "./carried-error.ts";
import type { Cell } from "./cell.ts";

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
  | { readonly do: "open"; readonly order: WorkOrder }
  /** `folder` is made when the cell asks for a file of its own. */
  | { readonly do: "run"; readonly cell: Cell<unknown>; readonly name: string; readonly folder: string }
  /** To give up the cell under way at the next step that looks at its signal. */
  | { readonly do: "stop" }
  | { readonly do: "close" };

/** Every order to open or run is answered once; a problem is told in between. */
export type FromWorker =
  | { readonly said: "open" }
  /** Rows as the JSON text that the journal keeps, so that fresh and resumed rows are the same to the last digit. */
  | { readonly said: "rows"; readonly rows: string; readonly wallMs: number }
  | { readonly said: "failed"; readonly error: CarriedError }
  | { readonly said: "problem"; readonly line: string };
