import type { HardwareProfile } from "../../inference/calibrate.ts";
import { ExperimentFileError } from "../experiment-file.ts";
import { readSettingsFile } from "./transcripts.ts";

/** A profile that `camelid calibrate` wrote. Throws ExperimentFileError. */
export function readHardwareProfile(file: string): HardwareProfile {
  const fault = `${file}: expected a hardware profile as camelid calibrate writes it`;
  let profile: HardwareProfile;
  try {
    profile = JSON.parse(readSettingsFile(file)) as HardwareProfile;
  } catch (error) {
    throw error instanceof ExperimentFileError ? error : new ExperimentFileError([`${fault}; it is not JSON`]);
  }
  if (profile?.format !== "camelid-hardware-profile/1") throw new ExperimentFileError([fault]);
  return profile;
}
