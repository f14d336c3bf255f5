import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import { Streams } from "../../src/sim/streams.ts";
import { attackRows } from "../attack/run.ts";
import { measuredPlays } from "../economics/measured-plays.ts";
import type { SecurityFrontierSettings } from "../economics/settings.ts";
import { hardwareOf } from "../shared/hardware.ts";
import { transcriptFacts } from "../shared/transcripts.ts";
import { securityFrontierOutcome } from "./analyse.ts";
import { frontierHeadline } from "./headline.ts";
import { frontierRows } from "./model.ts";

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
