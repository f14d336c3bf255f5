import { z } from "zod";
import { honestBaseline, standardStrategies } from "../../src/actors/strategies/standard.ts";
import { evidenceDetails } from "../../src/inference/transcript.ts";
import { machineSettings } from "../shared/hardware-settings.ts";
import { samplingSettings, transcriptSettings } from "../shared/inference-settings.ts";

/** Words that stand for many of the standard strategies. */
export const everyCheat = "every cheat";
export const everyHonestVariation = "every honest variation";

const labels = standardStrategies.map(({ label }) => label);
const label = z.string().refine((name) => labels.includes(name), { error: `expected one of: ${labels.join("; ")}` });
const choice = z
  .string()
  .refine((name) => [everyCheat, everyHonestVariation, ...labels].includes(name), {
    error: `expected ${everyCheat}, ${everyHonestVariation}, or one of: ${labels.join("; ")}`,
  })
  .describe(`a standard strategy's label, "${everyCheat}" or "${everyHonestVariation}"`);

/** Prompts whose outputs are judged, and others that set the thresholds. */
export const judgedPrompts = z
  .strictObject({
    file: z.string().min(1).describe("path of a text file, one prompt a line"),
    evaluation: z.int().min(2).max(100_000).describe("how many of its first lines are judged"),
    calibration: z.int().min(0).max(100_000).describe("how many of the lines after them set the thresholds"),
  })
  .describe("where prompts come from");

/** How the tokens of one set of jobs are picked. */
export const judgedSampling = z.strictObject({
  name: z.string().min(1).describe("what figures call it"),
  ...samplingSettings.shape,
  seeds: z.int().min(1).max(100).describe("jobs for each prompt, with seeds of their own"),
  detail: z
    .enum(evidenceDetails)
    .describe("logits; or distribution, which adds rank and entropy at five times the cost"),
});

const { prompts: _, ...transcripts } = transcriptSettings;

/**
 * What the four attack experiments share. `prompts.evaluation` lines are judged; the `prompts.calibration` lines after them
 * set the thresholds, and nothing else.
 */
export const attackSettings = z
  .strictObject({
    ...transcripts,
    transcripts: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe("path of a file of transcripts (.ctrf) that are taken into the store first; null for none"),
    prompts: judgedPrompts,
    tokenLimit: z.int().min(2).max(4096).describe("tokens to generate at most"),
    strategies: z.array(choice).min(1).describe("who answers the jobs"),
    calibrateOn: z
      .array(label)
      .default([honestBaseline.label])
      .describe("labels of the honest nodes whose outputs set the thresholds"),
    samplings: z
      .array(
        judgedSampling.extend({
          leaveOut: z.array(choice).default([]).describe("strategies that are not run under it"),
        }),
      )
      .min(1)
      .refine(
        (list) => new Set(list.map(({ name }) => name)).size === list.length,
        "expected a name of its own for each",
      )
      .describe("how tokens are picked, one set of jobs each"),
    hardware: machineSettings.describe("whose time and energy model work is priced in"),
  })
  .superRefine(({ samplings }, context) => {
    for (const [i, { choice, temperature, name }] of samplings.entries())
      if (choice === "inverse-cdf" && temperature === 0)
        context.addIssue({
          code: "custom",
          path: ["samplings", i, "choice"],
          message: `${name}: greedy sampling draws nothing; expected gumbel`,
        });
  });
export type AttackSettings = z.output<typeof attackSettings>;
