import type { ExperimentOutcome } from "../../src/lab/results/outcome.ts";
import { type AttackRow, attackRowsTable } from "./rows.ts";

/** What a partial run keeps that holds calibration claims only, or none: its rows. */
export function nothingJudged(title: string, rows: readonly AttackRow[]): ExperimentOutcome {
  return { title, verdicts: [], figures: [], tables: [attackRowsTable(rows)], digests: [] };
}
