import { standardStrategies } from "../../src/actors/strategies/standard.ts";
import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import type { ExperimentOutcome } from "../../src/lab/results/outcome.ts";
import { runCells } from "../../src/lab/runner/cells.ts";
import { modelsOf, type NamedModel, takeInTranscripts, transcriptFacts } from "../shared/transcripts.ts";
import { attackCells, type JobsOfPrompts } from "./cells.ts";
import { schemes } from "./judge.ts";
import type { AttackRow } from "./rows.ts";
import type { AttackSettings } from "./settings.ts";

/** What tells the attack experiments on whole claims apart: what they make of their rows. */
export interface AttackReading {
  outcome(rows: readonly AttackRow[], seed: string): ExperimentOutcome;
  /** The few numbers that matter. */
  headline(outcome: ExperimentOutcome): readonly string[];
}

/** Runs an attack experiment: every prompt, sampling and seed, answered by every strategy, judged by every scheme. */
export async function runAttack(
  experiment: Experiment,
  environment: RunEnvironment,
  { outcome, headline }: AttackReading,
): Promise<KindResult> {
  const { rows, models, forgetJournal } = await attackRows(experiment, environment);
  const made = outcome(rows, experiment.seed);
  return { outcome: made, facts: transcriptFacts(models, experiment), headline: headline(made), forgetJournal };
}

/** The rows alone, for experiments that make something else of them; their settings hold an attack experiment's. */
export async function attackRows(experiment: Experiment, environment: RunEnvironment) {
  const settings = experiment.settings as AttackSettings;
  const models = await modelsOf(settings, environment.signal);
  takeInTranscripts(experiment, environment.resultsFolder);
  const { rows, forgetJournal } = await runCells<JobsOfPrompts, AttackRow>(experiment, environment, {
    cells: attackCells(settings),
    module: new URL("./worker.ts", import.meta.url),
    models,
    identity: attackIdentity(models),
  });
  return { rows, models, forgetJournal };
}

/** What the rows depend on besides seed and settings. */
export function attackIdentity(models: readonly NamedModel[]) {
  return {
    models: models.map(({ name, root }) => ({ name, root })),
    strategies: standardStrategies.map(({ label }) => label),
    schemes: schemes.map(({ name }) => name),
  };
}
