/** Settings that every experiment on transcripts takes: models, prompts, sampling, where answers come from, what is written besides. */
import { z } from "zod";
import { inferenceModes } from "../../src/actors/strategies/transcript-source.ts";
import { samplingChoices } from "../../src/inference/sampling/sampling.ts";
import { gpuSettings } from "./gpu-settings.ts";

export const samplingSettings = z.strictObject({
  temperature: z.number().min(0).multipleOf(0.001).describe("0 is greedy"),
  topK: z.int().min(0).describe("how many of the likeliest tokens stay; 0 keeps all"),
  topP: z.number().min(0.001).max(1).multipleOf(0.001).describe("share of probability that stays; 1 keeps all"),
  choice: z.enum(samplingChoices).describe("how randomness picks the token"),
});

export const transcriptSettings = {
  models: z
    .record(z.string(), z.string().min(1))
    .refine((models) => "target" in models, "expected a model called target: the one that jobs ask for")
    .describe("paths of GGUF files by the names that strategies use; target is what jobs ask for"),
  prompts: z
    .strictObject({
      file: z.string().min(1).describe("path of a text file, one prompt a line"),
      count: z.int().min(1).describe("how many of its lines are used"),
    })
    .describe("where prompts come from"),
  inference: z
    .enum(inferenceModes)
    .default("recorded")
    .describe(`one of ${inferenceModes.join(", ")}`),
  store: z.string().min(1).optional().describe("path of the transcript store; in the results folder unless given"),
  sequences: z.int().min(1).max(64).default(8).describe("completions generated in lock step"),
  ...gpuSettings,
};

/** Of every experiment that plays networks: transcripts that it finds, files that it leaves. */
export const worldFileSettings = {
  transcripts: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("path of a file of transcripts (.ctrf) that are taken into the store first; null for none"),
  check: z
    .boolean()
    .optional()
    .describe(
      "false: do not check the invariants (coins conserved, no stake slashed without cause, ...) while a network runs",
    ),
  eventLog: z.boolean().default(false).describe("write every event of every network, as JSON lines"),
  trace: z.boolean().default(false).describe("write a Chrome trace of every network: who was busy with what, when"),
};
