import { standardStrategies } from "../../src/actors/strategies/standard.ts";
import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import { runCells } from "../../src/lab/runner/cells.ts";
import { attackCells, type JobsOfPrompts } from "../attack/cells.ts";
import { verdictLines } from "../attack/headline.ts";
import type { AttackSettings } from "../attack/settings.ts";
import { modelsOf, takeInTranscripts, transcriptFacts } from "../shared/transcripts.ts";
import { whereItFailsOutcome } from "./analyse.ts";
import type { WhereRow } from "./rows.ts";

/** Runs an experiment of kind `where-it-fails`: where in an output the inconsistent positions are. */
export async function runWhereItFails(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as AttackSettings;
  const models = await modelsOf(settings, environment.signal);
  takeInTranscripts(experiment, environment.resultsFolder);
  const { rows, forgetJournal } = await runCells<JobsOfPrompts, WhereRow>(experiment, environment, {
    cells: attackCells(settings).filter(({ input }) => input.split === "evaluation"),
    module: new URL("./worker.ts", import.meta.url),
    models,
    identity: {
      models: models.map(({ name, root }) => ({ name, root })),
      strategies: standardStrategies.map(({ label }) => label),
    },
  });
  const outcome = whereItFailsOutcome(rows, experiment.seed);
  return { outcome, facts: transcriptFacts(models, experiment), headline: verdictLines(outcome), forgetJournal };
}
