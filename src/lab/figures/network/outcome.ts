import type { ExperimentOutcome } from "../../results/outcome.ts";
import { type NetworkRow, networkRowsTable } from "./measurement.ts";
export function networkOutcome(rows: readonly NetworkRow[]): ExperimentOutcome {
  return { title: "", verdicts: [], figures: [], tables: [networkRowsTable(rows)], digests: [] };
}
