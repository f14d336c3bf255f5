import { z } from "zod";
import { strategies } from "../../src/actors/strategies/index.ts";
import { rasticVariants } from "../../src/protocol/rastic/variants.ts";
import { revisions } from "../../src/protocol/revisions.ts";
import { samplingSettings, transcriptSettings, worldFileSettings } from "../shared/inference-settings.ts";
import { protocolOverrides } from "../shared/protocol-settings.ts";
import { scenarioNames } from "./scenarios.ts";

const strategy = z.strictObject({
  strategy: z
    .enum(strategies.map(({ name }) => name) as [string, ...string[]])
    .describe(`one of ${strategies.map(({ name }) => name).join(", ")}`),
  parameters: z.record(z.string(), z.json()).default({}).describe("parameters of the strategy"),
});

const reading = z.strictObject({
  revision: z.enum(revisions).describe(`protocol revision: ${revisions.join(", ")}`),
  rastic: z.enum(rasticVariants).optional().describe("reading of RASTiC; the revision's own unless given"),
});

/** Settings of experiments of kind `disputes`: every row of the dispute table by who is honest, a job at a time. */
export const disputesSettings = z.strictObject({
  ...transcriptSettings,
  ...worldFileSettings,
  sampling: samplingSettings.describe("how tokens are picked"),
  readings: z
    .array(reading)
    .min(1)
    .refine((list) => new Set(list.map(readingName)).size === list.length, "expected each once")
    .describe("rule sets that decide the same disputes"),
  scenarios: z
    .array(z.enum(scenarioNames))
    .min(1)
    .default([...scenarioNames])
    .refine((list) => new Set(list).size === list.length, "expected each once")
    .describe(`what is played: ${scenarioNames.join(", ")}; all unless given`),
  cheat: strategy.describe("what a dishonest node claims, where it claims anything"),
  otherNumerics: z
    .record(z.string(), z.json())
    .refine((parameters) => Object.keys(parameters).length > 0, "expected at least one")
    .describe("parameters of the strategy honest, for nodes that follow the protocol and round otherwise"),
  checkBudget: z.int().min(0).max(1000).default(1).describe("integrity positions per verification (k)"),
  protocol: protocolOverrides,
  miners: z.int().min(1).max(1000).default(4).describe("miners, of equal hashrate"),
  bystanders: z.int().min(0).max(10_000).default(12).describe("other full nodes, who pass messages on"),
  outboundConnections: z.int().min(1).max(100).default(8).describe("connections that each node opens"),
  speed: z.number().gt(0).default(1).describe("of all machines, times the published prototype's rates"),
  jobs: z
    .strictObject({
      tokenLimit: z.int().min(2).describe("tokens to generate at most"),
      rewardCoins: z.number().min(0.001).describe("paid for a job"),
      stakeRatio: z.number().min(0.001).describe("stake over reward"),
      feeCoins: z.number().min(0.00001).describe("for the miner of each transaction"),
    })
    .describe("the job that is disputed; one for each prompt"),
});
export type DisputesSettings = z.output<typeof disputesSettings>;

/** As figures and rows call it: "2023.1", or "2023.1, blog's RASTiC". */
export function readingName({ revision, rastic }: z.output<typeof reading>): string {
  return rastic === undefined ? revision : `${revision}, ${rastic}'s RASTiC`;
}
