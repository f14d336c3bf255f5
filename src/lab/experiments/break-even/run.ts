import { Streams } from "../../../sim/streams.ts";
import { measuredPlays } from "../../economics/measured-plays.ts";
import type { Experiment } from "../../experiment-file.ts";
import type { BreakEvenSettings } from "../../experiment-file-economics.ts";
import { breakEvenOutcome } from "../../figures/break-even/outcome.ts";
import { verdictLines } from "../attack/headline.ts";
import { attackRows } from "../attack/run.ts";
import type { KindResult, RunEnvironment } from "../kind.ts";
import { transcriptFacts } from "../transcripts.ts";
import { breakEvenRows } from "./rows.ts";

/** Runs an experiment of kind `break-even`: outputs from the store or by inference, and then arithmetic. */
export async function runBreakEven(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const { rows, models, forgetJournal } = await attackRows(experiment, environment);
  const plays = measuredPlays(rows, new Streams(experiment.seed));
  const outcome = breakEvenOutcome(breakEvenRows(plays, experiment.settings as BreakEvenSettings));
  return { outcome, facts: transcriptFacts(models, experiment), headline: verdictLines(outcome), forgetJournal };
}
