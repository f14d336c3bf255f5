import type { ExperimentOutcome } from "../../results/outcome.ts";
import { type AttackRow, attackRowsTable } from "./measurement.ts";

/** What a partial run keeps that holds calibration claims only, or none: its rows. */
export function nothingJudged(title: string, rows: readonly AttackRow[]): ExperimentOutcome {
  return { title, verdicts: [], figures: [], tables: [attackRowsTable(rows)], digests: [] };
}
