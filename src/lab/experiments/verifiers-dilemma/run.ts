import { Streams } from "../../../sim/streams.ts";
import type { Experiment } from "../../experiment-file.ts";
import type { VerifiersDilemmaSettings } from "../../experiment-file-economics.ts";
import { verifiersDilemmaOutcome } from "../../figures/verifiers-dilemma/outcome.ts";
import { attackRows } from "../attack/run.ts";
import { hardwareOf } from "../hardware.ts";
import type { KindResult, RunEnvironment } from "../kind.ts";
import { transcriptFacts } from "../transcripts.ts";
import { dilemmaHeadline } from "./headline.ts";
import { dilemmaRows, guessersOf } from "./rows.ts";

/** Runs an experiment of kind `verifiers-dilemma`: how well cheap models guess is measured, the rest is arithmetic. */
export async function runVerifiersDilemma(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as VerifiersDilemmaSettings;
  const { rows, models, forgetJournal } = await attackRows(experiment, environment);
  const hardware = hardwareOf(settings.hardware, models);
  const guessers = guessersOf(experiment, settings, rows, models, hardware, new Streams(experiment.seed));
  const dilemma = dilemmaRows(settings, guessers);
  return {
    outcome: verifiersDilemmaOutcome(dilemma),
    facts: transcriptFacts(models, experiment),
    headline: dilemmaHeadline(dilemma),
    forgetJournal,
  };
}
