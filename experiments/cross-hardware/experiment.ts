import { referenceNumerics } from "../../src/inference/numerics.ts";
import { MachineProcess } from "../../src/inference/other-machines/machine-process.ts";
import type { Engine } from "../../src/inference/transcript.ts";
import { type CollectedRows, defineExperiment, type RunEnvironment } from "../../src/lab/experiment/define.ts";
import type { Experiment } from "../../src/lab/experiment/file.ts";
import { runCells } from "../../src/lab/runner/cells.ts";
import { attackPrompts, cellsOfPrompts, type JobsOfPrompts } from "../attack/cells.ts";
import { attackMetrics } from "../attack/compare.ts";
import { analyseFalseReject } from "../attack/false-rejects/analyse.ts";
import { schemesOf } from "../attack/lists.ts";
import type { AttackRow } from "../attack/rows.ts";
import { attackRowsForm, attackSample } from "../attack/run.ts";
import { madeUpRows } from "../attack/sample.ts";
import { modelsOf } from "../shared/transcripts.ts";
import { joinCrossHardware } from "./by-machine.ts";
import { type CrossHardwareSettings, crossHardwareSettings } from "./settings.ts";

/** Every machine's honest outputs, held by every machine against every scheme. */
export const crossHardware = defineExperiment({
  name: "cross-hardware",
  settings: crossHardwareSettings,
  ownHardware: true,
  expectedCost: { secondsPerCell: 3.6, bytesPerCell: 9_000, bytesOnce: 2_100_000 },
  figures: ["matrix", "flips", "margins-of-flips"],
  collect: outputsOfMachines,
  rows: attackRowsForm,
  analyse: analyseFalseReject,
  metrics: attackMetrics,
  joinMachines: joinCrossHardware,
  sample: () => attackSample(madeUpRows.filter(({ kind }) => kind !== "cheat")),
});

async function outputsOfMachines(
  experiment: Experiment<CrossHardwareSettings>,
  environment: RunEnvironment,
): Promise<CollectedRows<AttackRow>> {
  const { settings } = experiment;
  const models = await modelsOf(settings, environment.signal);
  attackPrompts(settings);
  const lists = { schemes: schemesOf(experiment).map(({ name }) => name) };
  const engines = await describeMachines(settings);
  const { rows, discardJournal } = await runCells<JobsOfPrompts, AttackRow>(experiment, environment, {
    cells: cellsOfPrompts(settings),
    module: new URL("./worker.ts", import.meta.url),
    models,
    identity: { models: models.map(({ name, root }) => ({ name, root })), ...lists },
  });
  const facts = {
    models: models.map(({ name, root, bytes }) => ({ name, root, bytes })),
    numerics: { ...referenceNumerics, machines: engines },
    lists,
  };
  return { rows, facts, discardJournal };
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
