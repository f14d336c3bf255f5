import type { Figure } from "../charts/figure.ts";
import type { ClaimVerdict } from "../claims/verdict.ts";
import type { Table } from "./table.ts";

/** What an experiment makes of its rows: everything that its files and its page are written from. */
export interface ExperimentReport {
  readonly title: string;
  /** One for each claim and subject, most important first. */
  readonly verdicts: readonly ClaimVerdict[];
  readonly figures: readonly Figure[];
  /** Files of the run, every row first. */
  readonly tables: readonly Table[];
  /** What the page prints for reading; everything in it can be computed from the files. */
  readonly summaries: readonly SummaryTable[];
}

/** With the figures that an experiment file chose; all of them unless it did. */
export function withFigures(report: ExperimentReport, names: readonly string[] | undefined): ExperimentReport {
  if (names === undefined) return report;
  return { ...report, figures: report.figures.filter(({ name }) => names.includes(name)) };
}

/** A small table for people, without a file of its own. */
export type SummaryTable = Omit<Table, "file">;
