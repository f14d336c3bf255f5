import type { ExperimentReport } from "../../src/lab/results/experiment-report.ts";
import { type AttackRow, attackRowsTable } from "./rows.ts";

/** What a partial run keeps that holds calibration claims only, or none: its rows. */
export function nothingJudged(title: string, rows: readonly AttackRow[]): ExperimentReport {
  return { title, verdicts: [], figures: [], tables: [attackRowsTable(rows)], summaries: [] };
}
