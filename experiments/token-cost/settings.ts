import { z } from "zod";
import { publishedMachines } from "./published.ts";

const positive = z.number().gt(0);
const listOf = (item: z.ZodNumber) =>
  z
    .array(item)
    .min(1)
    .refine((list) => new Set(list).size === list.length, "expected each number once");
const price = {
  watts: positive.optional().describe("while it works; instead of the profile's"),
  hardwareUsd: positive.optional().describe("price of the machine; instead of the published machine's"),
};
const publishedNames = publishedMachines.map(({ name }) => name) as [string, ...string[]];

/** Settings of experiments of kind `token-cost`: what 1000 tokens cost on which machine, and on what that depends. */
export const tokenCostSettings = z.strictObject({
  machines: z
    .array(
      z.union([
        z.strictObject({ published: z.enum(publishedNames).describe(`one of ${publishedNames.join(", ")}`), ...price }),
        z.strictObject({
          calibrated: z.string().min(1).describe("file written by camelid calibrate"),
          watts: positive.describe("while it works, where the profile has none: an assumption").optional(),
          hardwareUsd: positive.describe("price of the machine: an assumption"),
        }),
      ]),
    )
    .min(1)
    .describe("a list of {published: NAME} and {calibrated: FILE, hardwareUsd: PRICE}"),
  usdPerKwh: listOf(positive).describe("electricity prices; the first is used where only one is shown"),
  batches: listOf(z.int().min(1).max(64)).describe("sequences generated side by side; the first is shown"),
  outputTokens: listOf(z.int().min(2).max(100_000)).describe("lengths of the output; the first is shown"),
  promptTokens: z.int().min(1).max(100_000).describe("length of the prompt"),
  utilisation: listOf(positive.max(1)).describe("share of its life in which a machine earns; the first is shown"),
  nodesPerJob: listOf(positive).describe("nodes at work on each job, of which one is paid"),
  verifiedShare: listOf(z.number().min(0).max(1)).describe("share of outputs that are read once more to verify them"),
  lifeYears: positive.describe("how long a machine lives"),
});
export type TokenCostSettings = z.output<typeof tokenCostSettings>;
