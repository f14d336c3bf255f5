import {
  calibratedHardware,
  faster,
  type Hardware,
  type ModelSize,
  prototypeHardware,
} from "../../src/actors/hardware-profile.ts";
import { readHardwareProfile } from "./hardware-profiles.ts";
import type { MachineSettings } from "./hardware-settings.ts";

/** The machine that an experiment's settings name; `models`, the target first, do the work. Throws ExperimentFileError. */
export function hardwareOf(machine: MachineSettings, models: readonly ModelSize[]): Hardware {
  if ("published" in machine) return faster(prototypeHardware(models), machine.speed);
  return calibratedHardware(machine.calibrated.map(readHardwareProfile), models);
}
