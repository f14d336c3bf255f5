import { type Hardware, workUs } from "../../src/actors/hardware-profile.ts";
import { honestBaseline, standardStrategies } from "../../src/actors/strategies/standard.ts";
import { type Experiment, ExperimentFileError } from "../../src/lab/experiment/file.ts";
import type { Streams } from "../../src/sim/streams.ts";
import { clusteredBootstrap } from "../../src/statistics/clustered-bootstrap.ts";
import type { Estimate } from "../../src/statistics/interval.ts";
import type { AttackRow } from "../attack/rows.ts";
import type { DilemmaTerms, VerifiersDilemmaSettings } from "../economics/settings.ts";
import type { NamedModel } from "../shared/transcripts.ts";
import {
  briberMajority,
  highestBribe,
  honestVerifierProfit,
  lazyVerifierProfit,
  leastFoundOut,
  sybilStake,
  type VerifierTerms,
} from "./payoffs.ts";
import type { DilemmaRow, DilemmaRule } from "./rows.ts";

/** A cheap model in a verifier's hands. */
export interface Guesser {
  readonly label: string;
  /** How often its token is not the reference's. */
  readonly misses: Estimate;
  /** Over the cost of the target's answer. */
  readonly cost: number;
}

const nobody = {
  identities: null,
  bribedShare: null,
  verifiersAsked: null,
  majorityBribed: null,
  bribersStake: null,
  highestBribeInRewards: null,
} as const;

export function dilemmaRows(settings: DilemmaTerms, guessers: readonly Guesser[]): DilemmaRow[] {
  const { feesOverCost, stakesOverCost, forcedErrorShares } = settings;
  const rows: DilemmaRow[] = [];
  for (const fee of feesOverCost)
    for (const stake of stakesOverCost) {
      const echo = { fee, stake, cost: 1, lazyCost: 0 };
      rows.push(rowOf("claim disclosed", "echo", echo, certain(0)));
      for (const share of forcedErrorShares)
        rows.push({ ...rowOf("forced errors", "echo", echo, certain(share)), forcedErrorShare: share });
      for (const { label, misses, cost } of guessers)
        rows.push(rowOf("claim withheld", label, { ...echo, lazyCost: cost }, misses));
    }
  return [...rows, ...briberRows(settings)];
}

function rowOf(rule: DilemmaRule, lazy: string, terms: VerifierTerms, foundOut: Estimate): DilemmaRow {
  const honest = honestVerifierProfit(terms);
  const gain = (chance: number) => lazyVerifierProfit(terms, chance) - honest;
  return {
    rule,
    lazy,
    feeOverCost: terms.fee,
    stakeOverCost: terms.stake,
    forcedErrorShare: null,
    lazyCost: terms.lazyCost,
    foundOut: foundOut.value,
    foundOutLow: foundOut.low,
    foundOutHigh: foundOut.high,
    leastFoundOut: terms.fee + terms.stake === 0 ? null : leastFoundOut(terms),
    honestProfit: honest,
    lazyProfit: lazyVerifierProfit(terms, foundOut.value),
    lazyGain: gain(foundOut.value),
    lazyGainLow: gain(foundOut.high),
    lazyGainHigh: gain(foundOut.low),
    ...nobody,
  };
}

function briberRows({ identities, bribedShares, verifiersAsked, stakesOverCost }: DilemmaTerms): DilemmaRow[] {
  const blank = {
    lazy: "bribed",
    feeOverCost: null,
    forcedErrorShare: null,
    lazyCost: null,
    foundOut: null,
    foundOutLow: null,
    foundOutHigh: null,
    leastFoundOut: null,
    honestProfit: null,
    lazyProfit: null,
    lazyGain: null,
    lazyGainLow: null,
    lazyGainHigh: null,
  } as const;
  const stake = stakesOverCost.find((each) => each > 0) ?? 0;
  return bribedShares.flatMap((share) =>
    verifiersAsked
      .filter((asked) => asked <= identities)
      .map((asked) => {
        const owned = Math.round(share * identities);
        return {
          ...blank,
          rule: "bribed majority" as const,
          stakeOverCost: stake,
          identities,
          bribedShare: owned / identities,
          verifiersAsked: asked,
          majorityBribed: briberMajority(identities, owned, asked),
          bribersStake: owned === 0 ? 0 : sybilStake(identities - owned, owned / identities, stake),
          highestBribeInRewards: highestBribe(1, asked),
        };
      }),
  );
}

function certain(value: number): Estimate {
  return { value, low: value, high: value, confidence: 1 };
}

/**
 * How well cheap models guess: the share of positions at which their token is not the reference model's, given the same prefix.
 * The prefix is the cheap model's own text: on honest text it would be fed, it need not do as well.
 */
export function guessersOf(
  { seed, given }: Experiment,
  { guessers, samplings }: VerifiersDilemmaSettings,
  rows: readonly AttackRow[],
  models: readonly NamedModel[],
  hardware: Hardware,
  streams: Streams,
): Guesser[] {
  const sampling = samplings[0]!.name;
  return guessers.map((label, i) => {
    const strategy = standardStrategies.find((each) => each.label === label);
    const own = rows.filter((row) => row.split === "evaluation" && row.sampling === sampling && row.strategy === label);
    if (strategy === undefined || own.length === 0)
      throw new ExperimentFileError([
        `${given.file} guessers.${i}: no outputs of '${label}' under ${sampling}; expected a label among the strategies`,
      ]);
    const name = (strategy.parameters as { model?: string }).model ?? "draft";
    const model = models.find((each) => each.name === name);
    if (model === undefined)
      throw new ExperimentFileError([
        `${given.file} guessers.${i}: '${label}' runs no model of its own that is among models`,
      ]);
    const groups = [...Map.groupBy(own, ({ prompt }) => prompt).values()];
    const share = (all: readonly (readonly AttackRow[])[]) => {
      const flat = all.flat();
      return (
        1 - flat.reduce((sum, row) => sum + row.consistent, 0) / flat.reduce((sum, row) => sum + row.outputTokens, 0)
      );
    };
    const [target] = models;
    const reading = (modelRoot: string) => {
      const honest = rows.find((row) => row.strategy === honestBaseline.label) ?? own[0]!;
      const prefillTokens = honest.promptTokens + Math.round(honest.outputTokens / 2);
      return workUs([{ modelRoot, prefillTokens, decodeTokens: 0 }], hardware) - hardware.overheadUs;
    };
    return {
      label,
      misses: clusteredBootstrap(groups, share, streams.fresh(`statistics/guesses/${seed}/${label}`)),
      cost: reading(model.root) / reading(target!.root),
    };
  });
}
