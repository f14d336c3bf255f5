/** How an experiment file names the machine that model work is priced on. */
import { z } from "zod";

export const machineSettings = z.union([
  z.strictObject({
    published: z.literal("prototype"),
    speed: z.number().gt(0).default(1).describe("times the published rates"),
  }),
  z.strictObject({ calibrated: z.array(z.string().min(1)).min(1).describe("files written by camelid calibrate") }),
]);
export type MachineSettings = z.output<typeof machineSettings>;
