import { z } from "zod";
import { weightFormats } from "../../src/inference/gguf/quantise.ts";
import { kvCacheTypes } from "../../src/inference/numerics.ts";
import { namedShapes, type ShapeName } from "../../src/inference/shapes.ts";
import { gpuSettings } from "../shared/gpu-settings.ts";

const shapeNames = Object.keys(namedShapes) as ShapeName[];

const distinct = (list: readonly unknown[]) => new Set(list.map((item) => JSON.stringify(item))).size === list.length;

const numerics = z
  .array(
    z
      .strictObject({
        flashAttention: z.boolean().describe("whether attention runs llama.cpp's fused kernel"),
        kvCacheType: z.enum(kvCacheTypes).describe(`type of the cached keys and values: ${kvCacheTypes.join(", ")}`),
        threads: z.int().min(1).max(256).describe("threads of llama.cpp"),
      })
      .refine(
        ({ flashAttention, kvCacheType }) => flashAttention || !kvCacheType.startsWith("Q"),
        "expected flash attention with a quantised KV cache: llama.cpp has no other way",
      ),
  )
  .min(1)
  .refine(distinct, "expected each combination once")
  .describe("a list of {flashAttention, kvCacheType, threads}");

const claimsPerPass = z
  .array(z.int().min(1).max(64))
  .min(1)
  .refine(distinct, "expected each number once")
  .describe("how many claims are verified in one pass: a list of whole numbers");

const own = {
  numerics: numerics.optional().describe("numerics for this model, instead of the experiment's"),
  claimsPerPass: claimsPerPass.optional().describe("claims per pass for this model, instead of the experiment's"),
};

const model = z.union([
  z.strictObject({ file: z.string().min(1).describe("path of a llama-architecture GGUF file"), ...own }),
  z.strictObject({
    synthesize: z.enum(shapeNames).describe(`name of a llama shape: ${shapeNames.join(", ")}`),
    format: z.enum(weightFormats).describe(`weight format: ${weightFormats.join(", ")}`),
    seed: z
      .union([z.string().min(1), z.int()])
      .transform(String)
      .describe("seed of the random weights"),
    ...own,
  }),
]);

const lengths = z.array(z.int().min(2).max(1_000_000)).min(1).refine(distinct, "expected each length once");

/** Settings of experiments of kind `verification-cost`: verification against generation, by weight format and numerics. */
export const verificationCostSettings = z.strictObject({
  models: z
    .array(model.describe("either {file: PATH} or {synthesize: SHAPE, format: FORMAT, seed: SEED}"))
    .min(1)
    .describe("a list of models, each {file: PATH} or {synthesize: SHAPE, format: FORMAT, seed: SEED}"),
  numerics,
  outputTokens: z
    .int()
    .min(16)
    .max(1_000_000)
    .describe("length of the claim that verification is set against generation on"),
  promptTokens: lengths.describe("a list of prompt lengths in tokens"),
  claimsPerPass,
  togetherTokens: lengths.describe("a list of lengths of the claims that are verified together"),
  decodeSteps: z.int().min(1).max(1000).describe("tokens generated at each depth"),
  repeats: z.int().min(2).max(10_000).describe("how often each cell is measured, interleaved with the others"),
  ...gpuSettings,
});
export type VerificationCostSettings = z.output<typeof verificationCostSettings>;
export type NumericsChoice = VerificationCostSettings["numerics"][number];
