import { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { verifierBehaviors } from "../../src/actors/behaviors/verifiers.ts";
import { faster, type ModelSize, prototypeHardware } from "../../src/actors/hardware-profile.ts";
import type { Prompt } from "../../src/actors/output-provider.ts";
import type { StrategyChoice } from "../../src/actors/strategies/index.ts";
import type { NodeGroup, WorldSettings } from "../../src/actors/world-settings.ts";
import { unitsPerCoin } from "../../src/protocol/amount.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { type RuleSet, ruleSet } from "../../src/protocol/revisions.ts";
import { overridden } from "../shared/protocol-settings.ts";
import { honestNode, type Scenario } from "./scenarios.ts";
import type { DisputesSettings } from "./settings.ts";

/** By then the job has been posted, disputed, and is in a block. */
const SETTLE_HOURS = 4;

export function rulesOf({ revision, rastic }: DisputesSettings["readings"][number]): RuleSet {
  const rules = ruleSet(revision);
  return { ...rules, rastic: rastic ?? rules.rastic };
}

/** How the accused or accusing node makes its output. */
export function strategyOf({ output }: Scenario, { cheat, otherNumerics }: DisputesSettings): StrategyChoice {
  switch (output) {
    case "as asked":
      return { name: "honest" };
    case "other numerics":
      return { name: "honest", parameters: otherNumerics as never };
    case "unrelated":
      return { name: "unrelated" };
    case "cheat":
      return { name: cheat.strategy, parameters: cheat.parameters as never };
  }
}

/** A network in which one client has one job done by one node; `number` tells replications apart. */
export function worldOfDispute(
  settings: DisputesSettings,
  seed: string,
  { rules, scenario, prompt }: { readonly rules: RuleSet; readonly scenario: Scenario; readonly prompt: Prompt },
  models: readonly ModelSize[],
): WorldSettings {
  const hardware = faster(prototypeHardware(models), settings.speed);
  const { sampling, jobs } = settings;
  const units = (coins: number): number => Math.round(coins * unitsPerCoin);
  const stakeUnits = units(jobs.rewardCoins * jobs.stakeRatio);
  const feeUnits = units(jobs.feeCoins);
  const node = (kind: string, change: Pick<NodeGroup, "strategy" | "behavior" | "honest">): NodeGroup => ({
    kind,
    count: 1,
    hardware,
    fundsUnits: stakeUnits + feeUnits,
    ...change,
  });
  const accomplice = node("accomplice", {
    strategy: { name: "unrelated" },
    behavior: nodeBehaviors.honest,
    honest: false,
  });
  return {
    seed,
    run: prompt.number,
    rules,
    parameters: overridden(
      {
        ...parameters("full"),
        checkBudget: settings.checkBudget,
        minStakePerMille: Math.min(1000, Math.floor(1000 * jobs.stakeRatio)),
      },
      settings.protocol,
    ),
    scheduling: "redundant",
    nodes: [
      ...(scenario.accomplice ? [accomplice] : []),
      node("worker", {
        strategy: strategyOf(scenario, settings),
        behavior: nodeBehaviors[scenario.node],
        honest: honestNode(scenario),
      }),
    ],
    clients: [
      {
        kind: "client",
        count: 1,
        hardware,
        verification: "local",
        verificationRate: 1,
        behavior: clientBehaviors[scenario.client],
      },
    ],
    verifiers: [{ kind: "bystander", count: settings.bystanders, hardware, behavior: verifierBehaviors.honest }],
    miners: settings.miners,
    minerHardware: hardware,
    modelRoot: models[0]!.root,
    sampling: {
      sampler: sampling.choice,
      temperaturePerMille: Math.round(1000 * sampling.temperature),
      topK: sampling.topK,
      topPPerMille: Math.round(1000 * sampling.topP),
    },
    prompts: [prompt],
    jobs: {
      perHour: 60,
      hours: 1,
      settleHours: SETTLE_HOURS,
      perClient: 1,
      tokenLimit: jobs.tokenLimit,
      rewardUnits: units(jobs.rewardCoins),
      stakeUnits,
      feeUnits,
    },
    verifiersAsked: 1,
    outboundConnections: settings.outboundConnections,
  };
}
