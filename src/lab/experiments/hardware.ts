import {
  calibratedHardware,
  faster,
  type Hardware,
  type ModelSize,
  prototypeHardware,
} from "../../actors/hardware-profile.ts";
import type { MachineSettings } from "../experiment-file-hardware.ts";
import { readHardwareProfile } from "./hardware-profiles.ts";

/** The machine that an experiment's settings name; `models`, the target first, do the work. Throws ExperimentFileError. */
export function hardwareOf(machine: MachineSettings, models: readonly ModelSize[]): Hardware {
  if ("published" in machine) return faster(prototypeHardware(models), machine.speed);
  return calibratedHardware(machine.calibrated.map(readHardwareProfile), models);
}
