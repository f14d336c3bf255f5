import { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { collectStats } from "../../src/actors/group-stats.ts";
import { workUs } from "../../src/actors/hardware-profile.ts";
import { honestBaseline } from "../../src/actors/strategies/standard.ts";
import { World } from "../../src/actors/world.ts";
import type { WorldSettings } from "../../src/actors/world-settings.ts";
import type { OpenWorker } from "../../src/lab/runner/cells.ts";
import { unitsPerCoin } from "../../src/protocol/amount.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { ruleSet } from "../../src/protocol/revisions.ts";
import { attackPrompts, type JobsOfPrompts, jobSeed, publicPrompts } from "../attack/cells.ts";
import type { AttackRow } from "../attack/rows.ts";
import { openWorker as openAttackWorker } from "../attack/worker.ts";
import type { PopulationSettings } from "../economics/settings.ts";
import { answersFrom } from "../shared/answers.ts";
import { hardwareOf } from "../shared/hardware.ts";
import { modelsOf, openTranscripts } from "../shared/transcripts.ts";
import {
  type CheckedRun,
  checkBudgetOf,
  checkedStrategies,
  meanHonestHours,
  postingHours,
  type SimulatedKind,
} from "./checks.ts";

/** Enough for what is posted late to be paid and disputed. */
const SETTLE_HOURS = 1;
/** No node runs out of stakes: what is measured is what it earns, not how long it lasts. */
const FUNDS_JOBS_SHARE = 2;

/** Jobs to be answered and judged as in an attack experiment, or a network to be simulated. */
export type PopulationCell = { readonly jobs: JobsOfPrompts } | { readonly check: CheckedRun };

/** Judges outputs; and simulates networks on the very jobs that are measured: the same prompts, seeds, sampling and outputs. */
export const openWorker: OpenWorker<PopulationCell, AttackRow | SimulatedKind, PopulationSettings> = async (
  experiment,
  environment,
) => {
  const { resultsFolder, signal } = environment;
  const attacks = await openAttackWorker(experiment, environment);
  const { settings } = experiment;
  const texts = attackPrompts(settings);
  const models = await modelsOf(settings, signal);
  const transcripts = openTranscripts(experiment, resultsFolder, models, {
    tokenLimit: settings.tokenLimit,
    pool: publicPrompts(settings, texts),
  });
  const { seeds, detail, name: _, leaveOut: __, ...sampling } = settings.samplings[0]!;
  const answer = answersFrom(
    transcripts.source,
    { sampling, jobs: { tokenLimit: settings.tokenLimit }, detail },
    signal,
  );
  const hardware = hardwareOf(settings.hardware, models);
  const strategies = checkedStrategies(experiment, settings);
  const { check } = settings;
  const units = (coins: number) => Math.round(coins * unitsPerCoin);

  /** From the honest outputs for all prompts, made here if no other cell has made them yet. */
  let honestHours: Promise<number> | undefined;
  const measureHonestHours = async (): Promise<number> => {
    const { evaluation } = settings.prompts;
    const requests = Array.from({ length: evaluation * seeds }, (_, i) => ({
      prompt: texts[Math.floor(i / seeds)]!,
      seed: jobSeed(experiment.seed, Math.floor(i / seeds), i % seeds),
      strategy: honestBaseline,
      sampling,
      tokenLimit: settings.tokenLimit,
      detail,
    }));
    const outputs = await transcripts.source.obtain(requests, { signal });
    const strategy = honestBaseline.label;
    return meanHonestHours(outputs.map(({ work }) => ({ strategy, workMs: workUs(work, hardware) / 1000 })));
  };

  const worldOf = ({ point, run }: CheckedRun, honestHours: number): WorldSettings => {
    const hours = postingHours(settings, honestHours);
    const stakeUnits = units(check.rewardCoins * point.stakeRatio);
    const feeUnits = parameters("full").minOutputUnits;
    return {
      seed: experiment.seed,
      run,
      scheduling: "exclusive",
      rules: { ...ruleSet("2026.1"), rastic: "blog" },
      parameters: {
        ...parameters("full"),
        checkBudget: checkBudgetOf(experiment, point),
        minStakePerMille: Math.min(1000, Math.floor(1000 * point.stakeRatio)),
      },
      nodes: strategies.map((strategy) => ({
        kind: strategy.label,
        count: check.nodesOfEach,
        strategy: { name: strategy.name, parameters: strategy.parameters },
        hardware,
        behavior: nodeBehaviors.honest,
        honest: strategy.kind !== "cheat",
        fundsUnits: Math.ceil((FUNDS_JOBS_SHARE * check.jobs) / check.nodesOfEach) * (stakeUnits + feeUnits),
      })),
      clients: [
        {
          kind: "verifies",
          count: check.clients,
          hardware,
          verification: "local",
          verificationRate: point.verifiedShare,
          behavior: clientBehaviors.honest,
        },
      ],
      verifiers: [],
      miners: 2,
      minerHardware: hardware,
      modelRoot: models[0]!.root,
      sampling: {
        sampler: sampling.choice,
        temperaturePerMille: Math.round(1000 * sampling.temperature),
        topK: sampling.topK,
        topPPerMille: Math.round(1000 * sampling.topP),
      },
      prompts: texts
        .slice(0, settings.prompts.evaluation)
        .map((input, number) => ({ number, input, seed: jobSeed(experiment.seed, number, 0) })),
      jobs: {
        perHour: check.jobs / hours,
        hours,
        settleHours: SETTLE_HOURS,
        tokenLimit: settings.tokenLimit,
        rewardUnits: units(check.rewardCoins),
        stakeUnits,
        feeUnits,
      },
      verifiersAsked: 1,
      outboundConnections: 8,
    };
  };

  const simulate = async (checked: CheckedRun): Promise<SimulatedKind[]> => {
    honestHours ??= measureHonestHours();
    const world = new World(worldOf(checked, await honestHours), { provideOutputs: answer, check: true });
    await world.run();
    return collectStats(world)
      .filter(({ party }) => party === "node")
      .map(({ kind, members, paid, slashed, earnedUnits }) => ({
        ...checked,
        strategy: kind,
        nodes: members,
        paidJobs: paid!,
        slashes: slashed!,
        earnedCoins: earnedUnits! / unitsPerCoin,
      }));
  };

  return {
    run: async ({ key, input }, context) =>
      "check" in input ? simulate(input.check) : attacks.run({ key, input: input.jobs }, context),
    close: async () => {
      await attacks.close();
      await transcripts.close();
    },
  };
};
