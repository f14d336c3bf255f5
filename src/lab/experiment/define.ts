/**
 * What an experiment is to the laboratory. Whatever knows an experiment's name lies in that experiment's folder and ends in one call of
 * `defineExperiment`; the registry (experiments/index.ts) lists them, and the laboratory is given the registry.
 */
import type { z } from "zod";
import type { JoinedRuns } from "../by-machine/joined.ts";
import type { Figure } from "../charts/figure.ts";
import type { ExperimentMetrics } from "../compare/metric.ts";
import type { ExperimentReport } from "../results/experiment-report.ts";
import type { FoundRun } from "../results/list-runs.ts";
import type { Manifest, RunFacts } from "../results/manifest.ts";
import type { Table } from "../results/table.ts";
import type { CellRunner, SweepEnvironment } from "../runner/sweep.ts";
import type { Experiment, ResolvedLists, SettingsSchema } from "./file.ts";

export type { RunProgress } from "../runner/sweep.ts";

/** What an experiment is given to run in. */
export interface RunEnvironment extends SweepEnvironment {
  /** Keeps account of the run's cells, and says how many workers there are. */
  readonly sweep?: CellRunner;
}

/** The rows of a run, and what they rest on. */
export interface CollectedRows<Row> {
  readonly rows: readonly Row[];
  readonly facts: Pick<RunFacts, "models" | "numerics" | "lists">;
  /** Called once the run's files are safe. */
  readonly discardJournal: () => void;
}

/** A finished run; `read` gives the text of one of its files, undefined where that is not kept. */
export interface WrittenRun {
  readonly manifest: Manifest;
  read(file: string): string | undefined;
}

/** What runs of an experiment take, for an estimate where none was timed yet. */
export interface ExpectedCost {
  /** Of one worker for one cell; of an experiment that measures times, for one measurement. */
  readonly secondsPerCell: number;
  /** Rows, and files of the cell's own. */
  readonly bytesPerCell: number;
  /** Figures, page and manifest. */
  readonly bytesOnce: number;
}

export interface ExperimentDefinition<Schema extends SettingsSchema, Row extends object> {
  /** What `kind:` says in its files. */
  readonly name: string;
  readonly settings: Schema;
  /** Its rows are times of this machine: it runs in this process, one measurement after the other, and all of them. */
  readonly measuresTime?: true;
  /** Where not all rows are times, the columns that hold times of this machine nevertheless: nothing computes them again. */
  readonly measuredColumns?: readonly string[];
  /** Its rows are what models computed on the hardware that settings name: nobody else computes them again. */
  readonly ownHardware?: true;
  readonly expectedCost: ExpectedCost;
  /** The figures that a run draws: what `figures` in an experiment file may choose from. */
  readonly figures: readonly string[];
  /** Of an experiment that measures times, how many measurements these settings make. */
  measurements?(settings: z.output<Schema>): number;
  /** Runs the experiment's cells, or does its arithmetic. */
  collect(
    experiment: Experiment<z.output<Schema>>,
    environment: RunEnvironment,
  ): CollectedRows<Row> | Promise<CollectedRows<Row>>;
  /** Its rows as rows.csv holds them, and back. */
  readonly rows: {
    table(rows: readonly Row[]): Table;
    /** Throws TableError for rows of another schema. */
    read(csv: string): Row[];
  };
  analyse(rows: readonly Row[], seed: string): ExperimentReport;
  /** Lines for the terminal: the few numbers that matter; the verdicts unless given. */
  consoleSummary?(rows: readonly Row[], report: ExperimentReport, seed: string): readonly string[];
  /** Lists that a run used whose manifest keeps none, as far as what it wrote says. */
  listsOf?(run: WrittenRun): ResolvedLists;
  /** What `camelid compare` compares two runs by. */
  readonly metrics: ExperimentMetrics;
  /** Runs on different hardware side by side. */
  joinMachines?(runs: readonly FoundRun[]): JoinedRuns;
  /** What the sources published, drawn without any run. */
  publishedFigures?(): readonly Figure[];
  sample(): ExperimentSample<Row>;
}

/** Made-up rows that figures, metrics and documents are tried on. */
export interface ExperimentSample<Row> {
  /** Enough of them for every figure and every metric. */
  readonly rows: readonly Row[];
  /** What another rule might change in a row. */
  change(row: Row): Partial<Row>;
  /** Names of metrics that must tell the changed rows from the others. */
  readonly changes: readonly string[];
}

export interface FinishedExperiment extends Omit<CollectedRows<object>, "rows"> {
  readonly report: ExperimentReport;
  readonly consoleSummary: readonly string[];
}

/** An experiment as the laboratory handles it, whatever its settings and rows. */
export interface ExperimentKind
  extends Omit<
    ExperimentDefinition<SettingsSchema, object>,
    "collect" | "rows" | "analyse" | "consoleSummary" | "sample" | "measurements"
  > {
  measurements?(settings: Experiment["settings"]): number;
  run(experiment: Experiment, environment: RunEnvironment): Promise<FinishedExperiment>;
  /** The report from the text of rows.csv; throws TableError for rows of another schema. */
  reportOf(rowsCsv: string, seed: string): ExperimentReport;
  /** The sample as rows.csv holds it, before and after its change. */
  sample(): { readonly before: Table; readonly after: Table; readonly changes: readonly string[] };
}

/** Experiments by the name that `kind:` gives in their files. */
export type ExperimentRegistry = Readonly<Record<string, ExperimentKind>>;

/** Settings are what the schema gave: this is the one place where that is taken on trust. */
export function defineExperiment<Schema extends SettingsSchema, Row extends object>(
  definition: ExperimentDefinition<Schema, Row>,
): ExperimentKind {
  const { collect, analyse, rows: form, consoleSummary = verdictLines, sample, measurements, ...rest } = definition;
  return {
    ...rest,
    ...(measurements && { measurements: (settings) => measurements(settings as z.output<Schema>) }),
    run: async (experiment, environment) => {
      const { rows, ...others } = await collect(experiment as Experiment<z.output<Schema>>, environment);
      const report = analyse(rows, experiment.seed);
      return { ...others, report, consoleSummary: consoleSummary(rows, report, experiment.seed) };
    },
    reportOf: (rowsCsv, seed) => analyse(form.read(rowsCsv), seed),
    sample: () => {
      const { rows, change, changes } = sample();
      return { before: form.table(rows), after: form.table(rows.map((row) => ({ ...row, ...change(row) }))), changes };
    },
  };
}

/** An experiment's kind; undefined for a name that this version does not know. */
export function kindOf(registry: ExperimentRegistry, name: string): ExperimentKind | undefined {
  return Object.hasOwn(registry, name) ? registry[name] : undefined;
}

function verdictLines(_rows: readonly object[], { verdicts }: ExperimentReport): string[] {
  return verdicts.map(({ claim, subject, verdict, sentence }) => `${claim} ${verdict} (${subject}): ${sentence}`);
}
