import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import { Streams } from "../../src/sim/streams.ts";
import { attackRows } from "../attack/run.ts";
import type { VerifiersDilemmaSettings } from "../economics/settings.ts";
import { hardwareOf } from "../shared/hardware.ts";
import { transcriptFacts } from "../shared/transcripts.ts";
import { verifiersDilemmaOutcome } from "./analyse.ts";
import { dilemmaHeadline } from "./headline.ts";
import { dilemmaRows, guessersOf } from "./model.ts";

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
