import { z } from "zod";
import type { HardwareProfile } from "../../src/inference/calibrate.ts";
import { ExperimentFileError } from "../../src/lab/experiment/file.ts";
import { readSettingsFile } from "./transcripts.ts";

/** A profile that `camelid calibrate` wrote. Throws ExperimentFileError. */
export function readHardwareProfile(file: string): HardwareProfile {
  const fault = `${file}: expected a hardware profile as camelid calibrate writes it`;
  let profile: HardwareProfile;
  try {
    const text = readSettingsFile(file, `write it first: camelid calibrate --out ${file}`);
    profile = JSON.parse(text) as HardwareProfile;
  } catch (error) {
    throw error instanceof ExperimentFileError ? error : new ExperimentFileError([`${fault}; it is not JSON`]);
  }
  if (profile?.format !== "camelid-hardware-profile/1") throw new ExperimentFileError([fault]);
  const { error } = parts.safeParse(profile);
  if (error !== undefined) {
    const [{ path, message }] = error.issues as [z.core.$ZodIssue];
    throw new ExperimentFileError([`${file} ${path.join(".")}: ${message}; run camelid calibrate again`]);
  }
  return profile;
}

const rate = z
  .number("expected a number of tokens a second")
  .gt(0, "expected a positive rate")
  .max(1e9, "expected a rate that a machine can have");
const point = z.object({
  batch: z.int("expected a whole number").min(1),
  depthTokens: z.int("expected a whole number").min(0),
  tokensPerSecond: rate,
  watts: z.number("expected watts, or null").gt(0, "expected positive watts").nullable(),
});

/** What experiments use of a profile. */
const parts = z.object({
  name: z.string("expected a name").min(1),
  model: z.object({
    name: z.string("expected a name"),
    root: z.string("expected the model's root").regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
    bytes: z.int("expected a number of bytes").min(1, "expected at least one byte"),
  }),
  prefill: z.array(point, "expected a list of measured points").min(1, "expected at least one measured point"),
  decode: z.array(point, "expected a list of measured points").min(1, "expected at least one measured point"),
});
