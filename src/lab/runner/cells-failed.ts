import { LabError } from "../errors.ts";
import type { CellFailure } from "./sweep.ts";

/** No cell of a run gave rows, so there is nothing to write. */
export class CellsFailed extends LabError {
  override readonly name = "CellsFailed";
  readonly failures: readonly CellFailure[];

  constructor(failures: readonly CellFailure[]) {
    super(
      "cells-failed",
      "cell",
      `none of the cells could be run; the first, ${failures[0]!.cell}: ${failures[0]!.message}`,
    );
    this.failures = failures;
  }
}
