import type { KindMetrics } from "../compare/metric.ts";
import type { RunFacts } from "../results/manifest.ts";
import type { ExperimentOutcome } from "../results/outcome.ts";
import type { CellRunner, SweepEnvironment } from "../runner/sweep.ts";
import type { Experiment, SettingsSchema } from "./file.ts";

export type { RunProgress } from "../runner/sweep.ts";

/** What an experiment is given to run in. */
export interface RunEnvironment extends SweepEnvironment {
  /** Keeps account of the run's cells, and says how many workers there are. */
  readonly sweep?: CellRunner;
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
  /** Its rows are times of this machine: it runs in this process, one measurement after the other, and all of them. */
  readonly measuresTime?: true;
  /** Of a kind that does not, the columns of its rows that hold times of this machine nevertheless: nothing computes them again. */
  readonly measuredColumns?: readonly string[];
  /** Its rows are what models computed on the hardware that settings name: nobody else computes them again. */
  readonly ownHardware?: true;
  /** Of a kind that measures times, how many measurements these settings make. */
  cells?(settings: Experiment["settings"]): Promise<number>;
  run(experiment: Experiment, environment: RunEnvironment): Promise<KindResult>;
  /** The outcome from the text of rows.csv; throws TableError for rows of another schema. */
  outcomeOf(rowsCsv: string, seed: string): Promise<ExperimentOutcome>;
  /** What `camelid compare` compares two runs by. */
  metrics(): Promise<KindMetrics>;
}
