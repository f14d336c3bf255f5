import { referenceNumerics } from "../../src/inference/numerics.ts";
import { MachineProcess } from "../../src/inference/other-machines/machine-process.ts";
import type { Engine } from "../../src/inference/transcript.ts";
import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import { runCells } from "../../src/lab/runner/cells.ts";
import { attackPrompts, cellsOfPrompts, type JobsOfPrompts } from "../attack/cells.ts";
import { falseRejectOutcome } from "../attack/false-rejects/analyse.ts";
import { verdictLines } from "../attack/headline.ts";
import type { AttackRow } from "../attack/rows.ts";
import { attackIdentity } from "../attack/run.ts";
import { modelsOf } from "../shared/transcripts.ts";
import type { CrossHardwareSettings } from "./settings.ts";

/** Runs an experiment of kind `cross-hardware`: every machine's honest outputs, held by every machine against every scheme. */
export async function runCrossHardware(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as CrossHardwareSettings;
  const models = await modelsOf(settings, environment.signal);
  attackPrompts(settings);
  const engines = await describeMachines(settings);
  const { rows, forgetJournal } = await runCells<JobsOfPrompts, AttackRow>(experiment, environment, {
    cells: cellsOfPrompts(settings),
    module: new URL("./worker.ts", import.meta.url),
    models,
    identity: attackIdentity(models),
  });
  const outcome = falseRejectOutcome(rows, experiment.seed);
  const facts = {
    models: models.map(({ name, root, bytes }) => ({ name, root, bytes })),
    numerics: { ...referenceNumerics, machines: engines },
  };
  return { outcome, facts, headline: verdictLines(outcome), forgetJournal };
}

/**
 * Who computes, by the name that the settings give it. What is not there, or what this processor cannot run, is refused before anything is
 * computed. Errors: `kernels-absent`, `gpu-absent`.
 */
async function describeMachines({ machines }: CrossHardwareSettings): Promise<Readonly<Record<string, Engine>>> {
  const engines: Record<string, Engine> = {};
  for (const machine of machines) {
    const process = await MachineProcess.open(machine);
    engines[machine.name] = process.engine;
    await process.close();
  }
  return engines;
}
