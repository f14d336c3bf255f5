import type { Experiment, SettingsSchema } from "../experiment-file.ts";
import type { RunFacts } from "../results/manifest.ts";
import type { ExperimentOutcome } from "../results/outcome.ts";

/** What an experiment is given to run in. */
export interface RunEnvironment {
  /** Folder under which runs, and the journals of unfinished ones, are kept. */
  readonly resultsFolder: string;
  readonly signal: AbortSignal;
  /** `done` of `total` cells; `resumed` of them were found finished. */
  readonly onProgress: (progress: RunProgress) => void;
}

export interface RunProgress {
  readonly done: number;
  readonly total: number;
  readonly resumed: number;
  readonly doing: string;
}

export interface KindResult {
  readonly outcome: ExperimentOutcome;
  readonly facts: Pick<RunFacts, "models" | "numerics">;
  /** Lines for the terminal: the few numbers that matter. */
  readonly headline: readonly string[];
  /** Called once the run's files are safe. */
  readonly forgetJournal: () => void;
}

export interface ExperimentKind {
  readonly settings: SettingsSchema;
  run(experiment: Experiment, environment: RunEnvironment): Promise<KindResult>;
  /** The outcome from the text of rows.csv; throws TableError for rows of another schema. */
  outcomeOf(rowsCsv: string, seed: string): Promise<ExperimentOutcome>;
}
