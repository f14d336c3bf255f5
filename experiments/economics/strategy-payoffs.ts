/**
 * Strategies as they were measured: what they cost and how often each scheme accepts them, over all prompts and over resamples
 * of the prompts. All strategies share the resamples, so that differences between two of them are paired by prompt.
 */
import { honestBaseline } from "../../src/actors/strategies/standard.ts";
import type { Streams } from "../../src/sim/streams.ts";
import { type Estimate, StatisticsError } from "../../src/statistics/interval.ts";
import { zeroEventsUpperBound } from "../../src/statistics/zero-events.ts";
import type { AttackRow } from "../attack/rows.ts";
import { acceptanceOf, thresholdsOf } from "../attack/thresholds.ts";

/** Value 0 is over the prompts themselves, each other one over a resample of them. */
export type Resampled = Float64Array;

export interface StrategyPayoff {
  readonly label: string;
  readonly kind: AttackRow["kind"];
  /** Mean cost of a job, honest one-token decoding of the same jobs being 1. */
  readonly cost: Resampled;
  /** Mean P(accept) by scheme. */
  readonly acceptance: ReadonlyMap<string, Resampled>;
  /** Outputs of each prompt, summed: what resampling is done with. */
  readonly prompts: number;
}

/** Strategies under one sampling. */
export interface StrategyPayoffs {
  readonly sampling: string;
  /** Decodes one token at a time, and is what costs are measured in. */
  readonly honest: StrategyPayoff;
  /** Honest nodes that the sources know nothing of: cheaper, and as good. */
  readonly speculative: StrategyPayoff | undefined;
  readonly cheats: readonly StrategyPayoff[];
  readonly variations: readonly StrategyPayoff[];
  readonly schemes: readonly string[];
}

const RESAMPLES = 1000;
const CONFIDENCE = 0.95;

/** Evaluated outputs only; thresholds of statistic schemes from the others. Throws StatisticsError without honest outputs. */
export function strategyPayoffs(rows: readonly AttackRow[], streams: Streams): StrategyPayoffs[] {
  const thresholds = thresholdsOf(rows);
  const evaluated = rows.filter(({ split }) => split === "evaluation");
  return [...Map.groupBy(evaluated, ({ sampling }) => sampling)].map(([sampling, under]) => {
    const prompts = [...new Set(under.map(({ prompt }) => prompt))].sort((a, b) => a - b);
    const weights = resampleWeights(prompts.length, streams, sampling);
    const honestRows = under.filter(({ strategy }) => strategy === honestBaseline.label);
    if (honestRows.length === 0)
      throw new StatisticsError(
        `${sampling}: expected outputs of '${honestBaseline.label}' to measure costs in; found none`,
      );
    const honestCost = mean(honestRows.map(({ workMs }) => workMs));
    const payoffs = [...Map.groupBy(under, ({ strategy }) => strategy)].map(([label, own]): StrategyPayoff => {
      const accepted = own.map((row) => acceptanceOf(row, thresholds));
      const schemes = Object.keys(accepted[0]!).filter((scheme) => accepted.every((each) => each[scheme] !== null));
      const byPrompt = (of: (row: AttackRow, i: number) => number) => sumsByPrompt(own, prompts, of);
      const counts = byPrompt(() => 1);
      return {
        label,
        kind: own[0]!.kind,
        cost: resampledMean(
          byPrompt(({ workMs }) => workMs / honestCost),
          counts,
          weights,
        ),
        acceptance: new Map(
          schemes.map((scheme) => [
            scheme,
            resampledMean(
              byPrompt((_, i) => accepted[i]![scheme]!),
              counts,
              weights,
            ),
          ]),
        ),
        prompts: prompts.length,
      };
    });
    const honest = payoffs.find(({ label }) => label === honestBaseline.label)!;
    return {
      sampling,
      honest,
      speculative: payoffs.find(({ label, kind }) => kind !== "cheat" && /speculative/.test(label)),
      cheats: payoffs.filter(({ kind }) => kind === "cheat"),
      variations: payoffs.filter(({ kind }) => kind !== "cheat"),
      schemes: [...honest.acceptance.keys()],
    };
  });
}

/** The value over all prompts, and the interval that its resamples span. */
export function estimateOf(resampled: Resampled): Estimate {
  const sorted = resampled.slice(1).sort();
  const outside = Math.floor(((1 - CONFIDENCE) / 2) * sorted.length);
  // Whole ranks: between a number and Infinity there is nothing to interpolate.
  return {
    value: resampled[0]!,
    low: sorted[outside]!,
    high: sorted[sorted.length - 1 - outside]!,
    confidence: CONFIDENCE,
  };
}

/**
 * Acceptance that a cheat must be reckoned with: resamples of prompts on which nothing was ever accepted would all say 0, so
 * there it is the bound after no event among as many trials as there are prompts.
 */
export function conservativeAcceptance(payoff: StrategyPayoff, scheme: string): Resampled {
  const acceptance = payoff.acceptance.get(scheme)!;
  return acceptance[0] === 0 ? acceptance.map(() => zeroEventsUpperBound(payoff.prompts, CONFIDENCE)) : acceptance;
}

/** Computes with resampled numbers one by one, so that the result is resampled too. */
export function resample(of: (i: number) => number): Resampled {
  return Float64Array.from({ length: RESAMPLES + 1 }, (_, i) => of(i));
}

/** How often each prompt is in each resample; the first is the sample itself. */
function resampleWeights(prompts: number, streams: Streams, sampling: string): Uint16Array[] {
  const draws = streams.fresh(`statistics/plays/${sampling}`);
  return Array.from({ length: RESAMPLES + 1 }, (_, i) => {
    const weights = new Uint16Array(prompts).fill(i === 0 ? 1 : 0);
    if (i > 0) for (let n = 0; n < prompts; n++) weights[draws.below(prompts)]!++;
    return weights;
  });
}

function sumsByPrompt(
  rows: readonly AttackRow[],
  prompts: readonly number[],
  of: (row: AttackRow, i: number) => number,
): Float64Array {
  const place = new Map(prompts.map((prompt, i) => [prompt, i]));
  const sums = new Float64Array(prompts.length);
  for (const [i, row] of rows.entries()) sums[place.get(row.prompt)!]! += of(row, i);
  return sums;
}

function resampledMean(sums: Float64Array, counts: Float64Array, weights: readonly Uint16Array[]): Resampled {
  return Float64Array.from(weights, (own) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < own.length; i++) {
      sum += own[i]! * sums[i]!;
      count += own[i]! * counts[i]!;
    }
    return sum / count;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
