/** Three small networks whose whole course is kept, line by line, in test/golden. */
import { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { verifierBehaviors } from "../../src/actors/behaviors/verifiers.ts";
import { faster, prototypeHardware } from "../../src/actors/hardware-profile.ts";
import type { ClientGroup, NodeGroup, VerifierGroup, WorldSettings } from "../../src/actors/world-settings.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { type Revision, ruleSet } from "../../src/protocol/revisions.ts";
import { draft, prompts, sampling, storedStrategies, target, tokenLimit } from "./stored-transcripts.ts";

export interface Scenario {
  /** Name of its file. */
  readonly name: string;
  /** What happens in it. */
  readonly about: string;
  readonly settings: (revision: Revision) => WorldSettings;
}

export const hardware = prototypeHardware([target, draft]);
const coin = 100_000;
const stakes = (count: number): number => count * (coin + 1000);

export const nodes = (kind: string, count: number, change: Partial<NodeGroup> = {}): NodeGroup => ({
  kind,
  count,
  strategy: storedStrategies.honest,
  hardware,
  behavior: nodeBehaviors.honest,
  honest: kind === "honest",
  fundsUnits: stakes(20),
  ...change,
});

export const clients = (kind: string, count: number, change: Partial<ClientGroup> = {}): ClientGroup => ({
  kind,
  count,
  hardware,
  verification: "local",
  verificationRate: 1,
  behavior: clientBehaviors.honest,
  ...change,
});

export const verifiers = (kind: string, count: number, change: Partial<VerifierGroup> = {}): VerifierGroup => ({
  kind,
  count,
  hardware,
  behavior: verifierBehaviors.honest,
  ...change,
});

/** A world answered by the stored transcripts; everything not given is small. */
export function smallWorld(revision: Revision, change: Partial<WorldSettings>): WorldSettings {
  return {
    seed: "golden",
    run: 0,
    // The whitepaper's reading slashes honest nodes, which would drown everything else.
    rules: { ...ruleSet(revision), rastic: "blog" },
    parameters: parameters("full"),
    scheduling: "redundant",
    nodes: [nodes("honest", 3)],
    clients: [clients("local", 2)],
    verifiers: [],
    miners: 2,
    minerHardware: hardware,
    modelRoot: target.root,
    sampling: {
      sampler: sampling.choice,
      temperaturePerMille: 1000 * sampling.temperature,
      topK: sampling.topK,
      topPPerMille: 1000 * sampling.topP,
    },
    prompts,
    jobs: {
      perHour: 12,
      hours: 1,
      settleHours: 0.75,
      tokenLimit,
      rewardUnits: coin,
      stakeUnits: coin,
      feeUnits: 1000,
    },
    verifiersAsked: 3,
    outboundConnections: 2,
    ...change,
  };
}

export const scenarios: readonly Scenario[] = [
  {
    name: "honest-local",
    about: "honest nodes race for every job, clients verify themselves; one of several is paid",
    settings: (revision) => smallWorld(revision, {}),
  },
  {
    name: "cheat-slashed",
    about:
      "who sells unrelated texts, or takes the money and sends nothing, is charged, slashed, and runs out of stakes",
    settings: (revision) =>
      smallWorld(revision, {
        nodes: [
          nodes("honest", 2),
          nodes("cheat", 1, { strategy: storedStrategies.unrelated, fundsUnits: stakes(2) }),
          nodes("withholding", 1, {
            behavior: nodeBehaviors.withholds,
            hardware: faster(hardware, 4),
            fundsUnits: stakes(2),
          }),
        ],
      }),
  },
  {
    name: "colluding-verifiers",
    about:
      "clients outsource; a moderator assigns jobs; verifiers who collude with a truncating node confirm its claims",
    settings: (revision) =>
      smallWorld(revision, {
        scheduling: "central",
        nodes: [nodes("honest", 1), nodes("cheat", 1, { strategy: storedStrategies.truncation })],
        clients: [clients("outsources", 2, { verification: "outsourced" })],
        verifiers: [
          verifiers("honest", 1),
          verifiers("friend", 3, { behavior: verifierBehaviors.collude, colludesWith: "cheat" }),
        ],
      }),
  },
];
