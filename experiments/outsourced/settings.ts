import { z } from "zod";
import { strategies } from "../../src/actors/strategies/index.ts";
import { revisions } from "../../src/protocol/revisions.ts";
import { samplingSettings, transcriptSettings, worldFileSettings } from "../shared/inference-settings.ts";
import { protocolOverrides } from "../shared/protocol-settings.ts";

/** What Sybil identities can do; each of them is a verifier's conduct. */
const sybilBehaviors = ["echo", "collude", "deny"] as const;
export type SybilBehavior = (typeof sybilBehaviors)[number];

const once = (list: readonly unknown[]) => new Set(list).size === list.length;

const output = z.strictObject({
  label: z.string().min(1).describe("what figures call it"),
  strategy: z
    .enum(strategies.map(({ name }) => name) as [string, ...string[]])
    .describe(`what the node claims: ${strategies.map(({ name }) => name).join(", ")}`),
  parameters: z.record(z.string(), z.json()).default({}).describe("parameters of the strategy"),
});

/** Settings of experiments of kind `outsourced`: verification by neighbours, some of whom are one person's many names. */
export const outsourcedSettings = z
  .strictObject({
    ...transcriptSettings,
    ...worldFileSettings,
    sampling: samplingSettings.describe("how tokens are picked"),
    revisions: z.array(z.enum(revisions)).min(1).refine(once, "expected each once").describe(revisions.join(", ")),
    // The whitepaper's reading rejects honest outputs whoever verifies; the disputes experiment shows it.
    rastic: z.enum(["blog", "prototype"]).default("blog").describe("reading of RASTiC: blog or prototype"),
    checkBudget: z.int().min(0).max(1000).default(1).describe("integrity positions per verification (k)"),
    protocol: protocolOverrides,
    outputs: z
      .array(output)
      .min(1)
      .refine((list) => once(list.map(({ label }) => label)), "expected labels that differ")
      .describe("what is verified; the honest strategy and cheats"),
    sybils: z
      .array(z.enum(sybilBehaviors))
      .min(1)
      .refine(once, "expected each once")
      .describe(`what Sybil identities do: ${sybilBehaviors.join(", ")}`),
    shares: z
      .array(z.number().min(0).max(1))
      .min(1)
      .refine(once, "expected each once")
      .describe("shares of Sybil identities among all verifiers"),
    identities: z.int().min(1).max(10_000).default(100).describe("verifiers, Sybil identities among them"),
    asked: z
      .array(z.int().min(1))
      .min(1)
      .refine(once, "expected each once")
      .describe("verifiers asked for each checked position (m); the majority counts"),
    jobs: z.int().min(1).max(100_000).describe("jobs verified for each combination"),
    tokenLimit: z.int().min(2).describe("tokens to generate at most"),
    vocabularies: z
      .array(z.int().min(1).max(1_000_000))
      .default([50_257])
      .refine(once, "expected each once")
      .describe("vocabularies whose hashing is timed besides the model's own"),
    miners: z.int().min(1).max(1000).default(4).describe("miners, of equal hashrate"),
    outboundConnections: z.int().min(1).max(100).default(8).describe("connections that each node opens"),
    speed: z.number().gt(0).default(1).describe("of all machines, times the published prototype's rates"),
  })
  .superRefine(({ shares, identities, asked }, context) => {
    for (const [i, share] of shares.entries())
      if (!Number.isInteger(Math.round(share * identities * 1e9) / 1e9))
        context.addIssue({
          code: "custom",
          path: ["shares", i],
          message: `expected a share that makes a whole number of ${identities} identities`,
        });
    for (const [i, m] of asked.entries())
      if (m > identities)
        context.addIssue({
          code: "custom",
          path: ["asked", i],
          message: `expected at most the ${identities} identities`,
        });
  });
export type OutsourcedSettings = z.output<typeof outsourcedSettings>;
