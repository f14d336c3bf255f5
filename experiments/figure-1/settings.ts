import { z } from "zod";
import { weightFormats } from "../../src/inference/gguf/quantise.ts";
import { samplingChoices } from "../../src/inference/sampling/sampling.ts";
import { namedShapes, type ShapeName } from "../../src/inference/shapes.ts";
import { gpuSettings } from "../shared/gpu-settings.ts";

/** What a measurement of Figure 1 times: generation, the bare reading of the same tokens, and the forms of verification. */
export const figure1Forms = [
  "generate",
  "bare-prefill",
  "prototype",
  "prefix-sharing",
  "one-pass",
  "concurrent",
  "all-positions",
] as const;
export type Figure1Form = (typeof figure1Forms)[number];

const shapeNames = Object.keys(namedShapes) as ShapeName[];

const distinct = (list: readonly unknown[]) => new Set(list).size === list.length;

const lengths = z
  .array(z.int().min(1).max(1_000_000))
  .min(1)
  .refine(distinct, "expected each length once")
  .describe("a list of output lengths in tokens");

const seed = z.union([z.string().min(1), z.int()]).transform(String);

const model = z.union([
  z.strictObject({
    file: z.string().min(1).describe("path of a GGUF file"),
    tokens: lengths.optional().describe("output lengths for this model, instead of the experiment's"),
  }),
  z.strictObject({
    synthesize: z.enum(shapeNames).describe(`name of a llama shape: ${shapeNames.join(", ")}`),
    format: z.enum(weightFormats).describe(`weight format: ${weightFormats.join(", ")}`),
    seed: seed.describe("seed of the random weights"),
    tokens: lengths.optional().describe("output lengths for this model, instead of the experiment's"),
  }),
]);

const sampling = z
  .strictObject({
    temperature: z.number().min(0).describe("0 is greedy"),
    topK: z.int().min(0).describe("how many of the likeliest tokens stay; 0 keeps all"),
    topP: z.number().gt(0).max(1).describe("share of probability that stays; 1 keeps all"),
    choice: z.enum(samplingChoices).describe("how randomness picks the token"),
  })
  .describe("how generation picks its tokens");

const together = z
  .strictObject({
    jobs: z
      .array(z.int().min(2).max(64))
      .min(1)
      .refine(distinct, "expected each number once")
      .describe("how many jobs at once: a list of whole numbers"),
    tokens: lengths,
  })
  .refine(
    ({ jobs, tokens }) => Math.max(...jobs) ** 2 * Math.max(...tokens) <= 200_000_000,
    "expected fewer jobs or shorter outputs: jobs x jobs x tokens at most 200 million",
  )
  .describe("jobs generated in lock step, and their outputs verified in one pass, besides each alone");

/** Settings of experiments of kind `figure-1`: time to generate against time to verify, by tokens generated. */
export const figure1Settings = z.strictObject({
  models: z
    .array(model.describe("either {file: PATH} or {synthesize: SHAPE, format: FORMAT, seed: SEED}"))
    .min(1)
    .describe("a list of models, each {file: PATH} or {synthesize: SHAPE, format: FORMAT, seed: SEED}"),
  tokens: lengths,
  repeats: z.int().min(1).max(10_000).describe("how often each cell is measured, interleaved with the others"),
  forms: z
    .array(z.enum(figure1Forms))
    .min(1)
    .refine(distinct, "expected each form once")
    .refine((forms) => forms.includes("generate"), "expected generate among them: verification is set against it")
    .describe(`a list of what is timed: ${figure1Forms.join(", ")}`),
  prompts: z
    .strictObject({
      file: z.string().min(1).describe("path of a text file, one prompt a line"),
      tokens: z.int().min(1).describe("how many tokens of a prompt are used"),
    })
    .describe("where prompts come from"),
  together: together.optional(),
  sampling,
  checkBudget: z.int().min(1).max(10_000).describe("integrity positions per verification (k)"),
  ...gpuSettings,
});
export type Figure1Settings = z.output<typeof figure1Settings>;
