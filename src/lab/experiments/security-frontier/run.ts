import { Streams } from "../../../sim/streams.ts";
import { measuredPlays } from "../../economics/measured-plays.ts";
import type { Experiment } from "../../experiment-file.ts";
import type { SecurityFrontierSettings } from "../../experiment-file-economics.ts";
import { securityFrontierOutcome } from "../../figures/security-frontier/outcome.ts";
import { attackRows } from "../attack/run.ts";
import { hardwareOf } from "../hardware.ts";
import type { KindResult, RunEnvironment } from "../kind.ts";
import { transcriptFacts } from "../transcripts.ts";
import { frontierHeadline } from "./headline.ts";
import { frontierRows } from "./rows.ts";

/** Runs an experiment of kind `security-frontier`: outputs from the store or by inference, and then arithmetic. */
export async function runSecurityFrontier(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as SecurityFrontierSettings;
  const { rows, models, forgetJournal } = await attackRows(experiment, environment);
  const plays = measuredPlays(rows, new Streams(experiment.seed));
  const hardware = hardwareOf(settings.hardware, models);
  const frontier = frontierRows(plays, rows, settings, hardware, models[0]!.root);
  return {
    outcome: securityFrontierOutcome(frontier),
    facts: transcriptFacts(models, experiment),
    headline: frontierHeadline(frontier),
    forgetJournal,
  };
}
