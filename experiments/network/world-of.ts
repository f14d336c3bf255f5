import { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { verifierBehaviors } from "../../src/actors/behaviors/verifiers.ts";
import type { Hardware, ModelSize } from "../../src/actors/hardware-profile.ts";
import type { Prompt } from "../../src/actors/output-provider.ts";
import type { Scheduling, WorldSettings } from "../../src/actors/world-settings.ts";
import { unitsPerCoin } from "../../src/protocol/amount.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { ruleSet } from "../../src/protocol/revisions.ts";
import { hardwareOf } from "../shared/hardware.ts";
import { overridden } from "../shared/protocol-settings.ts";
import { worldOutages } from "./outages-settings.ts";
import type { NetworkSettings, Population } from "./settings.ts";

export interface CellOfWorld {
  readonly population: Population;
  readonly scheduling: Scheduling;
  readonly run: number;
}

/** The simulated network that an experiment file describes. `models` by their names in the file, with the target first. */
export function worldSettings(
  settings: NetworkSettings,
  seed: string,
  { population, scheduling, run }: CellOfWorld,
  models: readonly ModelSize[],
  prompts: readonly Prompt[],
): WorldSettings {
  const machines = new Map(Object.entries(settings.hardware).map(([name, each]) => [name, hardwareOf(each, models)]));
  const first = Object.keys(settings.hardware)[0]!;
  const machine = (name: string | undefined): Hardware => machines.get(name ?? first)!;
  const { sampling, jobs } = settings;
  const units = (coins: number): number => Math.round(coins * unitsPerCoin);
  const stakeUnits = units(jobs.rewardCoins * jobs.stakeRatio);
  const feeUnits = units(jobs.feeCoins);
  return {
    seed,
    run,
    scheduling,
    rules: { ...ruleSet(settings.revision), rastic: settings.rastic },
    parameters: overridden(
      {
        ...parameters("full"),
        checkBudget: settings.checkBudget,
        minStakePerMille: Math.min(1000, Math.floor(1000 * jobs.stakeRatio)),
      },
      settings.protocol,
    ),
    nodes: settings.nodes
      .map((group) => ({
        kind: group.kind,
        count: group.count,
        strategy: { name: group.strategy, parameters: group.parameters },
        hardware: machine(group.hardware),
        behavior: nodeBehaviors[group.behavior],
        honest: group.strategy === "honest" && nodeBehaviors[group.behavior].followsProtocol,
        fundsUnits: jobs.fundsStakes * (stakeUnits + feeUnits),
      }))
      .filter(({ honest }) => population === "mixed" || honest),
    clients: settings.clients.map((group) => ({
      kind: group.kind,
      count: group.count,
      hardware: machine(group.hardware),
      verification: group.verification,
      verificationRate: group.rate,
      behavior: clientBehaviors[group.behavior],
    })),
    verifiers: settings.verifiers.map((group) => ({
      kind: group.kind,
      count: group.count,
      hardware: machine(group.hardware),
      behavior: verifierBehaviors[group.behavior],
      colludesWith: group.with,
    })),
    miners: settings.miners,
    minerHardware: machine(undefined),
    modelRoot: models[0]!.root,
    sampling: {
      sampler: sampling.choice,
      temperaturePerMille: Math.round(1000 * sampling.temperature),
      topK: sampling.topK,
      topPPerMille: Math.round(1000 * sampling.topP),
    },
    prompts,
    jobs: {
      perHour: jobs.perHour,
      hours: jobs.hours,
      settleHours: jobs.settleHours,
      tokenLimit: jobs.tokenLimit,
      rewardUnits: units(jobs.rewardCoins),
      stakeUnits,
      feeUnits,
    },
    verifiersAsked: settings.verifiersAsked,
    outboundConnections: settings.outboundConnections,
    peering: settings.peering,
    outages: settings.outages === null ? undefined : worldOutages(settings.outages),
    simulateDelivery: settings.simulateTransmissions ? "compared" : undefined,
  };
}
