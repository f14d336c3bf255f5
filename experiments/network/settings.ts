import { z } from "zod";
import { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { verifierBehaviors } from "../../src/actors/behaviors/verifiers.ts";
import { strategies } from "../../src/actors/strategies/index.ts";
import { schedulings } from "../../src/actors/world-settings.ts";
import { rasticVariants } from "../../src/protocol/rastic/variants.ts";
import { revisions } from "../../src/protocol/revisions.ts";
import { machineSettings } from "../shared/hardware-settings.ts";
import { samplingSettings, transcriptSettings, worldFileSettings } from "../shared/inference-settings.ts";
import { protocolOverrides } from "../shared/protocol-settings.ts";
import { checkOutages, outageSettings } from "./outages-settings.ts";

/** Which of the compute nodes take part. */
export const populations = ["mixed", "honest"] as const;
export type Population = (typeof populations)[number];

const count = z.int().min(0).max(100_000);
const kind = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case letters, digits and "-"')
  .describe("name of the group");
const hardware = z.string().optional().describe("one of the machines under hardware; the first unless given");
const names = <Name extends string>(behaviors: Readonly<Record<Name, unknown>>) =>
  Object.keys(behaviors) as [Name, ...Name[]];
const share = z.number().min(0).max(1);

const nodes = z.strictObject({
  kind,
  count: count.describe("how many of them"),
  strategy: z
    .enum(strategies.map(({ name }) => name) as [string, ...string[]])
    .describe(`what they claim: ${strategies.map(({ name }) => name).join(", ")}`),
  parameters: z.record(z.string(), z.json()).default({}).describe("parameters of the strategy"),
  behavior: z
    .enum(names(nodeBehaviors))
    .default("honest")
    .describe(`what they do once they have committed: ${names(nodeBehaviors).join(", ")}`),
  hardware,
});

const clients = z.strictObject({
  kind,
  count: count.describe("how many of them"),
  verification: z.enum(["local", "outsourced", "none"]).describe("local, outsourced or none"),
  rate: share.default(1).describe("share of its outputs that it verifies"),
  behavior: z
    .enum(names(clientBehaviors))
    .default("honest")
    .describe(`what they do about a job: ${names(clientBehaviors).join(", ")}`),
  hardware,
});

const verifiers = z.strictObject({
  kind,
  count: count.describe("how many of them"),
  behavior: z.enum(names(verifierBehaviors)).describe(`one of ${names(verifierBehaviors).join(", ")}`),
  with: z.string().optional().describe("the kind of compute nodes that a colluding verifier confirms"),
  hardware,
});

/** Settings of experiments of kind `network`: a mixed population under one protocol revision, by who works on a job. */
export const networkSettings = z
  .strictObject({
    ...transcriptSettings,
    ...worldFileSettings,
    sampling: samplingSettings.describe("how tokens are picked"),
    revision: z.enum(revisions).describe(`protocol revision: ${revisions.join(", ")}`),
    rastic: z
      .enum(rasticVariants)
      .default("blog")
      .describe(`reading of RASTiC: ${rasticVariants.join(", ")}`),
    checkBudget: z.int().min(0).max(1000).default(1).describe("integrity positions per verification (k)"),
    protocol: protocolOverrides,
    schedulings: z
      .array(z.enum(schedulings))
      .min(1)
      .refine((list) => new Set(list).size === list.length, "expected each once")
      .describe(`who works on a job: ${schedulings.join(", ")}`),
    populations: z
      .array(z.enum(populations))
      .min(1)
      .default([...populations])
      .refine((list) => new Set(list).size === list.length, "expected each once")
      .describe("mixed: all groups; honest: only nodes that follow the protocol, as a control"),
    runs: z.int().min(1).max(1000).describe("independent repetitions"),
    slices: z.int().min(1).max(1000).default(12).describe("results are taken so often, at equal distances"),
    nodes: z.array(nodes).min(1).describe("groups of compute nodes"),
    clients: z.array(clients).min(1).describe("groups of clients"),
    verifiers: z.array(verifiers).default([]).describe("groups of verifiers"),
    verifiersAsked: z.int().min(1).default(3).describe("verifiers asked for each checked position"),
    miners: z.int().min(1).max(1000).describe("miners, of equal hashrate"),
    outboundConnections: z.int().min(1).max(100).default(8).describe("connections that each node opens"),
    ...outageSettings,
    hardware: z
      .record(z.string(), machineSettings)
      .refine((machines) => Object.keys(machines).length > 0, "expected at least one machine")
      .describe("machines by name: {published: prototype} or {calibrated: [FILE]}"),
    jobs: z
      .strictObject({
        perHour: z.number().gt(0).describe("of all clients together, a Poisson process"),
        hours: z.number().gt(0).describe("how long jobs are posted"),
        settleHours: z.number().min(0).describe("how long the network goes on afterwards"),
        tokenLimit: z.int().min(2).describe("tokens to generate at most"),
        rewardCoins: z.number().min(0.001).describe("paid for a job"),
        stakeRatio: z.number().min(0.001).describe("stake over reward"),
        feeCoins: z.number().min(0.00001).describe("for the miner of each transaction"),
        fundsStakes: z.int().min(1).describe("stakes that each compute node can put up at the start"),
      })
      .describe("the market"),
  })
  .superRefine((settings, context) => {
    const machines = Object.keys(settings.hardware);
    const kinds = settings.nodes.map((group) => group.kind);
    for (const list of ["nodes", "clients", "verifiers"] as const)
      for (const [i, group] of settings[list].entries()) {
        const fault = (field: string, message: string) =>
          context.addIssue({ code: "custom", path: [list, i, field], message });
        if (group.hardware !== undefined && !machines.includes(group.hardware))
          fault("hardware", `expected one of ${machines.join(", ")}`);
        if (settings[list].findIndex((other) => other.kind === group.kind) < i)
          fault("kind", "expected another name: this one is taken");
        if (
          list === "verifiers" &&
          "with" in group &&
          group.behavior === "collude" &&
          !kinds.includes(group.with ?? "")
        )
          fault("with", `expected one of ${kinds.join(", ")}: with whom it colludes`);
      }
    checkOutages(settings, settings, (path, message) => context.addIssue({ code: "custom", path, message }));
    if (settings.verifiers.length === 0 && settings.clients.some(({ verification }) => verification === "outsourced"))
      context.addIssue({ code: "custom", path: ["verifiers"], message: "expected verifiers: a client outsources" });
  });
export type NetworkSettings = z.output<typeof networkSettings>;
