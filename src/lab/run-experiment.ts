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
    commandLine,
  });
  forgetJournal();
  return { folder, headline, warnings: manifest.warnings };
}
