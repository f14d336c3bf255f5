import { standardStrategies } from "../../../actors/strategies/standard.ts";
import type { Experiment } from "../../experiment-file.ts";
import type { AttackSettings } from "../../experiment-file-attack.ts";
import type { WhereRow } from "../../figures/where-it-fails/measurement.ts";
import { whereItFailsOutcome } from "../../figures/where-it-fails/outcome.ts";
import { runCells } from "../../runner/cells.ts";
import { verdictLines } from "../attack/headline.ts";
import { attackCells, type JobsOfPrompts } from "../attack/plan.ts";
import type { KindResult, RunEnvironment } from "../kind.ts";
import { modelsOf, takeInTranscripts, transcriptFacts } from "../transcripts.ts";

/** Runs an experiment of kind `where-it-fails`: where in an output the inconsistent positions are. */
export async function runWhereItFails(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as AttackSettings;
  const models = await modelsOf(settings, environment.signal);
  takeInTranscripts(experiment, environment.resultsFolder);
  const { rows, forgetJournal } = await runCells<JobsOfPrompts, WhereRow>(experiment, environment, {
    cells: attackCells(settings).filter(({ input }) => input.split === "evaluation"),
    module: new URL("./worker.ts", import.meta.url),
    identity: {
      models: models.map(({ name, root }) => ({ name, root })),
      strategies: standardStrategies.map(({ label }) => label),
    },
  });
  const outcome = whereItFailsOutcome(rows, experiment.seed);
  return { outcome, facts: transcriptFacts(models, experiment), headline: verdictLines(outcome), forgetJournal };
}
