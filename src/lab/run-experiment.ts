import { availableParallelism, loadavg, platform } from "node:os";
import type { Experiment } from "./experiment-file.ts";
import type { RunEnvironment } from "./experiments/kind.ts";
import { experimentKinds } from "./experiments/kinds.ts";
import { createRunFolder } from "./results/run-folder.ts";
import { writeRun } from "./results/write-run.ts";
import { RunLock } from "./run-lock.ts";

export interface FinishedRun {
  readonly folder: string;
  readonly headline: readonly string[];
  readonly warnings: readonly string[];
}

type Environment = RunEnvironment & { readonly commandLine: readonly string[] };

/**
 * Runs an experiment and writes its results folder. An interrupted run keeps its finished cells in a journal, and the same
 * command goes on from there. Two processes do not run the same experiment into one folder: the second is refused.
 */
export async function runExperiment(experiment: Experiment, environment: Environment): Promise<FinishedRun> {
  const lock = RunLock.take(environment.resultsFolder, experiment);
  try {
    return await runAlone(experiment, environment);
  } finally {
    lock.release();
  }
}

async function runAlone(experiment: Experiment, environment: Environment): Promise<FinishedRun> {
  const startedAt = new Date();
  const loadBefore = loadavg()[0]!;
  const { outcome, facts, headline, forgetJournal } = await experimentKinds[experiment.kind]!.run(
    experiment,
    environment,
  );
  const folder = createRunFolder(environment.resultsFolder, experiment.name, {
    startedAt,
    preset: experiment.given.preset,
  });
  const { commandLine } = environment;
  const manifest = await writeRun(folder, experiment, outcome, {
    ...facts,
    startedAt,
    endedAt: new Date(),
    loadAverage: platform() === "win32" ? null : [loadBefore, loadavg()[0]!],
    commandLine,
  });
  forgetJournal();
  return { folder, headline, warnings: [...manifest.warnings, ...busyMachine(loadBefore)] };
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
