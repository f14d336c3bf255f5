/** Small worlds for the tests, and claims made by arithmetic in place of a model. */

import { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { verifierBehaviors } from "../../src/actors/behaviors/verifiers.ts";
import { generation, noUsage } from "../../src/actors/compute-usage.ts";
import type { Hardware } from "../../src/actors/hardware-profile.ts";
import type { OutputProvider, OutputRecord, OutputRequest, Prompt } from "../../src/actors/output-provider.ts";
import { World } from "../../src/actors/world.ts";
import type { ClientGroup, NodeGroup, VerifierGroup, WorldSettings } from "../../src/actors/world-settings.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { ruleSet } from "../../src/protocol/revisions.ts";
import { EventLog } from "../../src/sim/event-log.ts";

const model = "ab".repeat(32);
const endToken = 2;

const machine: Hardware = {
  name: "test machine",
  basis: "made up for tests",
  overheadUs: 100_000,
  watts: 100,
  rates: new Map([[model, { prefillTokensPerSecond: 400, decodeTokensPerSecond: 20 }]]),
};

const prompts: readonly Prompt[] = Array.from({ length: 6 }, (_, number) => ({
  number,
  input: `prompt ${number}`,
  seed: 1000 + number,
}));

const tokensOf = ({ number }: Prompt) => [1, 10 + number, 20 + number, 30 + number];

/** What "the model" says after a sequence: a hash of its length and last tokens; 20 output tokens, then the end. */
function reference(prompt: Prompt, position: number, previous: number): number {
  return position === 20 ? endToken : 3 + ((prompt.number * 7919 + position * 104729 + previous * 31) % 997);
}

/** `honest` says what the model says; `unrelated` says something else without asking; `truncated` stops after five tokens. */
export function madeUpClaim({ prompt, strategy }: OutputRequest): OutputRecord {
  const { name } = strategy;
  const promptTokens = tokensOf(prompt);
  const outputTokens: number[] = [];
  const referenceTokens: number[] = [];
  let previous = promptTokens.at(-1)!;
  for (let position = 0; position <= 20; position++) {
    const truth = reference(prompt, position, previous);
    const claimed =
      name === "unrelated"
        ? position === 20
          ? endToken
          : 5
        : name === "truncated" && position === 5
          ? endToken
          : truth;
    referenceTokens.push(truth);
    outputTokens.push(claimed);
    previous = claimed;
    if (claimed === endToken) break;
  }
  return {
    promptTokens,
    outputTokens,
    referenceTokens,
    promptReferenceTokens: promptTokens.slice(1),
    endTokens: [endToken],
    vocabularySize: 1000,
    work: name === "unrelated" ? noUsage : generation(model, promptTokens.length, outputTokens.length),
  };
}

export const answerMadeUp: OutputProvider = async (questions) => questions.map(madeUpClaim);

export function nodeGroup(kind: string, count: number, change: Partial<NodeGroup> = {}): NodeGroup {
  return {
    kind,
    count,
    strategy: { name: "honest" },
    hardware: machine,
    behavior: nodeBehaviors.honest,
    honest: kind === "honest",
    fundsUnits: 10_000_000,
    ...change,
  };
}

export function clientGroup(kind: string, count: number, change: Partial<ClientGroup> = {}): ClientGroup {
  return {
    kind,
    count,
    hardware: machine,
    verification: "local",
    verificationRate: 1,
    behavior: clientBehaviors.honest,
    ...change,
  };
}

export function verifierGroup(kind: string, count: number, change: Partial<VerifierGroup> = {}): VerifierGroup {
  return { kind, count, hardware: machine, behavior: verifierBehaviors.honest, ...change };
}

export function settings(change: Partial<WorldSettings> = {}): WorldSettings {
  return {
    seed: "test",
    run: 0,
    rules: ruleSet("2026.1"),
    parameters: parameters("full"),
    scheduling: "redundant",
    nodes: [nodeGroup("honest", 6)],
    clients: [clientGroup("local", 2)],
    verifiers: [],
    miners: 3,
    minerHardware: machine,
    modelRoot: model,
    sampling: { sampler: "gumbel", temperaturePerMille: 700, topK: 0, topPPerMille: 1000 },
    prompts,
    jobs: {
      perHour: 30,
      hours: 1,
      settleHours: 1,
      tokenLimit: 32,
      rewardUnits: 100_000,
      stakeUnits: 100_000,
      feeUnits: 1000,
    },
    verifiersAsked: 3,
    outboundConnections: 4,
    ...change,
  };
}

/** Plays a world to its end with every invariant checked; the world and its event log, line by line. */
export async function played(change: Partial<WorldSettings> = {}, answer: OutputProvider = answerMadeUp) {
  const lines: string[] = [];
  const openLog = (kernel: ConstructorParameters<typeof EventLog>[0]) =>
    new EventLog(kernel, (line) => lines.push(line));
  const world = new World(settings(change), { provideOutputs: answer, openLog, check: true });
  await world.run();
  return { world, lines };
}
