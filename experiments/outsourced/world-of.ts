import { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { verifierBehaviors } from "../../src/actors/behaviors/verifiers.ts";
import { faster, type ModelSize, prototypeHardware } from "../../src/actors/hardware-profile.ts";
import type { Prompt } from "../../src/actors/output-provider.ts";
import type { WorldSettings } from "../../src/actors/world-settings.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { type Revision, type RuleSet, ruleSet } from "../../src/protocol/revisions.ts";
import { overridden } from "../shared/protocol-settings.ts";
import type { OutsourcedSettings, SybilBehavior } from "./settings.ts";

/** Kind of the compute nodes whose outputs are verified, and whose Sybil identities collude. */
export const WORKER = "worker";
const [REWARD_UNITS, FEE_UNITS] = [100_000, 1000];
/** One client posts one job after the other, about so many an hour. */
const JOBS_PER_HOUR = 60;

export interface Combination {
  readonly revision: Revision;
  readonly sybils: SybilBehavior;
  readonly output: OutsourcedSettings["outputs"][number];
  readonly share: number;
  readonly asked: number;
}

export function rulesOf({ rastic }: OutsourcedSettings, revision: Revision): RuleSet {
  return { ...ruleSet(revision), rastic };
}

export function sybilCount({ identities }: OutsourcedSettings, share: number): number {
  return Math.round(share * identities);
}

/** A network in which every output is verified by neighbours, some of them Sybil identities. The same jobs whoever verifies. */
export function worldOfOutsourcing(
  settings: OutsourcedSettings,
  seed: string,
  { revision, sybils, output, share, asked }: Combination,
  models: readonly ModelSize[],
  prompts: readonly Prompt[],
): WorldSettings {
  const hardware = faster(prototypeHardware(models), settings.speed);
  const count = sybilCount(settings, share);
  const { sampling, jobs } = settings;
  return {
    seed,
    run: 0,
    rules: rulesOf(settings, revision),
    parameters: overridden({ ...parameters("full"), checkBudget: settings.checkBudget }, settings.protocol),
    scheduling: "central",
    nodes: [
      {
        kind: WORKER,
        count: 2,
        strategy: { name: output.strategy, parameters: output.parameters as never },
        hardware,
        behavior: nodeBehaviors.honest,
        honest: output.strategy === "honest",
        // Enough to lose a stake with every job.
        fundsUnits: jobs * (REWARD_UNITS + FEE_UNITS),
      },
    ],
    clients: [
      {
        kind: "client",
        count: 1,
        hardware,
        verification: "outsourced",
        verificationRate: 1,
        behavior: clientBehaviors.honest,
      },
    ],
    verifiers: [
      { kind: "honest", count: settings.identities - count, hardware, behavior: verifierBehaviors.honest },
      { kind: "sybil", count, hardware, behavior: verifierBehaviors[sybils], colludesWith: WORKER },
    ],
    miners: settings.miners,
    minerHardware: hardware,
    modelRoot: models[0]!.root,
    sampling: {
      sampler: sampling.choice,
      temperaturePerMille: Math.round(1000 * sampling.temperature),
      topK: sampling.topK,
      topPPerMille: Math.round(1000 * sampling.topP),
    },
    prompts,
    jobs: {
      perHour: JOBS_PER_HOUR,
      // Jobs are counted, not timed.
      hours: (4 * jobs) / JOBS_PER_HOUR + 1,
      settleHours: 0,
      perClient: jobs,
      tokenLimit: settings.tokenLimit,
      rewardUnits: REWARD_UNITS,
      stakeUnits: REWARD_UNITS,
      feeUnits: FEE_UNITS,
    },
    verifiersAsked: asked,
    outboundConnections: settings.outboundConnections,
  };
}
