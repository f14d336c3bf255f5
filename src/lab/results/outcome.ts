import type { ClaimVerdict } from "../claims/verdict.ts";
import type { Figure } from "../figures/figure.ts";
import type { Table } from "./table.ts";

/** What an experiment makes of its rows: everything that its files and its page are written from. */
export interface ExperimentOutcome {
  readonly title: string;
  /** One for each claim and subject, most important first. */
  readonly verdicts: readonly ClaimVerdict[];
  readonly figures: readonly Figure[];
  /** The first holds every row, the rest are summaries; `shown` ones are printed in the report. */
  readonly tables: readonly OutcomeTable[];
}

export interface OutcomeTable {
  readonly table: Table;
  readonly shown: boolean;
}
