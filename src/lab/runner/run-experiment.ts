import { rmSync } from "node:fs";
import { availableParallelism, loadavg, platform } from "node:os";
import type { ExperimentKind, ExperimentRegistry, FinishedExperiment, RunEnvironment } from "../experiment/define.ts";
import type { Experiment } from "../experiment/file.ts";
import { runGrid } from "../experiment/grid/run.ts";
import { createRunFolder } from "../results/run-folder.ts";
import { writeRun } from "../results/write-run.ts";
import { CellsFailed } from "./cells-failed.ts";
import { RunLock } from "./run-lock.ts";
import { type CellFailure, Sweep, type SweepOptions } from "./sweep.ts";
import { undrawnReport } from "./undrawn-report.ts";

export interface FinishedRun {
  readonly folder: string;
  /** The few numbers that matter, a line each. */
  readonly consoleSummary: readonly string[];
  readonly warnings: readonly string[];
  /** Of cells without rows: the run is partial then, and the same command tries them again. */
  readonly failures: readonly CellFailure[];
  readonly cells: { readonly planned: number; readonly finished: number } | null;
}

type Environment = Omit<RunEnvironment, "sweep"> &
  SweepOptions & { readonly registry: ExperimentRegistry; readonly commandLine: readonly string[] };

/**
 * Runs an experiment and writes its results folder. An interrupted run keeps its finished cells in a journal, and the same
 * command goes on from there. Two processes do not run the same experiment into one folder: the second is refused.
 *
 * A run whose cells did not all give their rows is written as what it is: a folder that ends in `-partial`, what is
 * missing in its manifest, and the journal kept. Throws CellsFailed when no cell gave any.
 */
export async function runExperiment(experiment: Experiment, environment: Environment): Promise<FinishedRun> {
  const lock = RunLock.take(environment.resultsFolder, experiment);
  try {
    return await runAlone(experiment, environment, lock.draftFolder);
  } finally {
    rmSync(lock.draftFolder, { recursive: true, force: true });
    lock.release();
  }
}

async function runAlone(experiment: Experiment, environment: Environment, draft: string): Promise<FinishedRun> {
  const startedAt = new Date();
  const loadBefore = loadavg()[0]!;
  const sweep = new Sweep(environment);
  const kind = environment.registry[experiment.kind]!;
  const { report, facts, consoleSummary, discardJournal } = await resultOf(experiment, kind, { ...environment, sweep });
  const { planned, finished, missing, failures, problems } = sweep;
  const partial = finished < planned;
  rmSync(draft, { recursive: true, force: true });
  const { commandLine } = environment;
  const manifest = await writeRun(
    draft,
    experiment,
    report,
    {
      ...facts,
      startedAt,
      endedAt: new Date(),
      loadAverage: platform() === "win32" ? null : [loadBefore, loadavg()[0]!],
      commandLine,
      ...(planned > 0 ? { cells: { finished, workerSeconds: Math.round(sweep.workerSeconds * 1000) / 1000 } } : {}),
      ...(partial ? { partial: { planned, finished, missing, failures } } : {}),
    },
    sweep.artifacts,
  );
  const folder = createRunFolder(environment.resultsFolder, experiment.name, {
    startedAt,
    preset: experiment.given.preset,
    partial,
    filled: draft,
  });
  discardJournal();
  return {
    folder,
    consoleSummary,
    warnings: [...problems, ...manifest.warnings, ...(kind.measuresTime ? busyMachine(loadBefore) : [])],
    failures,
    cells: planned === 0 ? null : { planned, finished },
  };
}

/** The kind's result; of a partial run that it cannot draw, the rows that there are. */
export async function resultOf(
  experiment: Experiment,
  kind: ExperimentKind,
  environment: RunEnvironment & { readonly sweep: Sweep },
): Promise<FinishedExperiment> {
  const { sweep } = environment;
  let result: FinishedExperiment | undefined;
  let problem: unknown;
  try {
    const { combinations } = experiment;
    result = await (combinations === undefined
      ? kind.run(experiment, environment)
      : runGrid(experiment, combinations, kind, environment));
  } catch (error) {
    problem = error;
  }
  const partial = sweep.settled && sweep.finished < sweep.planned;
  if (partial && sweep.finished === 0) throw new CellsFailed(sweep.failures);
  if (result !== undefined) return result;
  if (!partial) throw problem;
  return {
    report: undrawnReport(sweep.rows, problem as Error),
    facts: { models: [], numerics: null },
    consoleSummary: [],
    discardJournal: () => {},
  };
}

/** Others at work while times are measured make them long and wide: said at once, and recorded in the manifest. */
function busyMachine(load: number): string[] {
  const cores = availableParallelism();
  return load > 0.75 * cores
    ? [
        `the machine was busy when the run began (load ${load.toFixed(1)} on ${cores} cores): measured times are unreliable`,
      ]
    : [];
}
