import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import { Streams } from "../../src/sim/streams.ts";
import { verdictLines } from "../attack/headline.ts";
import { attackRows } from "../attack/run.ts";
import { measuredPlays } from "../economics/measured-plays.ts";
import type { BreakEvenSettings } from "../economics/settings.ts";
import { transcriptFacts } from "../shared/transcripts.ts";
import { breakEvenOutcome } from "./analyse.ts";
import { breakEvenRows } from "./model.ts";

/** Runs an experiment of kind `break-even`: outputs from the store or by inference, and then arithmetic. */
export async function runBreakEven(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const { rows, models, forgetJournal } = await attackRows(experiment, environment);
  const plays = measuredPlays(rows, new Streams(experiment.seed));
  const outcome = breakEvenOutcome(breakEvenRows(plays, experiment.settings as BreakEvenSettings));
  return { outcome, facts: transcriptFacts(models, experiment), headline: verdictLines(outcome), forgetJournal };
}
