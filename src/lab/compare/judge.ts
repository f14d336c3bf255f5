/**
 * What became of each metric between A and B: changed, unchanged within its margin, or undecided, all metrics' tests corrected for
 * each other. docs/compare.md explains and gives the sources.
 */
import type { Stream, Streams } from "../../sim/streams.ts";
import { pairedEquivalence, unpairedEquivalence } from "../../statistics/equivalence-test.ts";
import { holm } from "../../statistics/holm.ts";
import type { Estimate } from "../../statistics/interval.ts";
import { pairedDifference } from "../../statistics/paired-difference.ts";
import { leastPermutation, leastSignFlip, permutationTest, signFlipTest } from "../../statistics/permutation-test.ts";
import { replicationsNeeded } from "../../statistics/replications-needed.ts";
import { testable } from "../../statistics/tarone.ts";
import { welchDifference } from "../../statistics/welch.ts";
import { zeroEventsUpperBound } from "../../statistics/zero-events.ts";
import type { Metric } from "./metric.ts";

/** Chance of calling any unchanged metric changed, and likewise of calling any changed one unchanged. */
export const LEVEL = 0.05;
/** So many replications with the same value on each side are more than luck. */
const CONSTANT_AFTER = 3;

/** One metric's values on both sides. Of a paired one, `a[i]` and `b[i]` share all random numbers. */
export interface MetricPair {
  readonly metric: Metric;
  readonly part: string;
  readonly paired: boolean;
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** Replications with a value on one side and none on the other. */
  readonly oneSided: number;
  /** In the metric's unit; differences below it are nothing. */
  readonly margin: number;
}

export type ChangeVerdict = "changed" | "unchanged" | "undecided";

/** What a script is told; 2 is bad input, as everywhere. */
export const exitCodes: Readonly<Record<ChangeVerdict, number>> = { unchanged: 0, changed: 1, undecided: 3 };

export interface MetricComparison extends Omit<MetricPair, "metric" | "oneSided"> {
  /** Part and metric: "mixed/redundant/honest/earnedCoins". */
  readonly id: string;
  readonly name: string;
  readonly unit: string | null;
  readonly description: string;
  /** Null where no replication has a value on both sides. */
  readonly meanA: number | null;
  readonly meanB: number | null;
  /** Mean of B - A with its 95 % interval, for this metric alone; the ends are null where there are too few values for one. */
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** p-values against "no difference" and against "a difference of the margin or more", corrected; null where none was needed. */
  readonly pChanged: number | null;
  readonly pUnchanged: number | null;
  readonly verdict: ChangeVerdict;
  readonly reason: string;
  /** Undecided only: replications in all, on each side, that would probably decide; null where no number would. */
  readonly replicationsNeeded: number | null;
}

/**
 * One comparison for each pair, in their order.
 *
 * @param streams what resampling draws from, a stream for each metric
 */
export function judge(pairs: readonly MetricPair[], streams: Streams): MetricComparison[] {
  const certain = pairs.map(judgeCertain);
  const open = pairs.filter((_, i) => certain[i] === undefined);
  const judged = new Map(judgeTogether(open, streams).map((comparison) => [comparison.id, comparison]));
  return pairs.map((pair, i) => certain[i] ?? judged.get(idOf(pair))!);
}

/** What needs no test: nothing differs, nothing can be luck, or there is nothing to compare. */
function judgeCertain(pair: MetricPair): MetricComparison | undefined {
  const { a, b, paired, margin, metric, oneSided } = pair;
  const n = a.length;
  if (metric.deterministic && oneSided > 0)
    return compared(pair, {
      verdict: "changed",
      reason: `${oneSided} of ${n + oneSided} have a value on one side only, and that follows from settings and seed`,
    });
  if (a.length === 0 || b.length === 0)
    return compared(pair, { verdict: "undecided", reason: "no replication has a value on both sides" });
  if (!paired) return undefined;
  if (a.every((value, i) => value === b[i])) {
    const bound = `${(100 * zeroEventsUpperBound(n)).toPrecision(2)} %`;
    const reason = metric.deterministic
      ? "identical, and follows from settings and seed"
      : `identical in ${n === 1 ? "the one pair" : `all ${n} pairs`}: at most ${bound} of replications differ`;
    return compared(pair, { verdict: "unchanged", reason });
  }
  const constant = n >= CONSTANT_AFTER && isConstant(a) && isConstant(b);
  if (!constant && !metric.deterministic) return undefined;
  // What is worked out can differ either way from case to case, and its mean not at all.
  const distance = metric.deterministic ? largestOf(differencesOf(a, b)) : Math.abs(meanOf(b) - meanOf(a));
  const beyond = distance > margin;
  const what = metric.deterministic
    ? "differs, and follows from settings and seed"
    : "the same difference in every pair";
  return compared(pair, {
    verdict: beyond ? "changed" : "unchanged",
    reason: `${what}${beyond ? "" : ", within the margin"}`,
  });
}

function judgeTogether(pairs: readonly MetricPair[], streams: Streams): MetricComparison[] {
  const draws = pairs.map((pair) => streams.fresh(`compare/${idOf(pair)}`));
  const can = testable(pairs.map(leastChanged), LEVEL);
  const pChanged = correctedAmong(
    can,
    pairs.map((pair, i) => (can[i] ? changedTest(pair, draws[i]!) : 1)),
  );
  const hasMargin = pairs.map(({ margin }) => margin > 0);
  const pUnchanged = correctedAmong(
    hasMargin,
    pairs.map((pair, i) => (hasMargin[i] ? unchangedTest(pair, draws[i]!) : 1)),
  );
  // What a further replication would have to be tested against: all that are open now.
  const family = Math.max(1, pairs.length);
  return pairs.map((pair, i) => {
    const tests = { pChanged: pChanged[i]!, pUnchanged: hasMargin[i] ? pUnchanged[i]! : null };
    if (tests.pUnchanged !== null && tests.pUnchanged <= LEVEL) {
      const detected = tests.pChanged <= LEVEL ? "; differs all the same" : "";
      return compared(pair, { ...tests, verdict: "unchanged", reason: `within the margin${detected}` });
    }
    if (tests.pChanged <= LEVEL) return compared(pair, { ...tests, verdict: "changed", reason: "differs" });
    return compared(pair, { ...tests, verdict: "undecided", ...whatWouldDecide(pair, family) });
  });
}

/** Least p-value of the test against "no difference": pairs that do not differ say nothing, and equal values neither. */
function leastChanged({ paired, a, b }: MetricPair): number {
  if (paired) return leastSignFlip(a.filter((value, i) => value !== b[i]).length);
  return isConstant([...a, ...b]) ? 1 : leastPermutation(a.length, b.length);
}

function changedTest({ paired, a, b }: MetricPair, draws: Stream): number {
  return paired ? signFlipTest(differencesOf(a, b), draws) : permutationTest(b, a, draws);
}

function unchangedTest({ paired, a, b, margin }: MetricPair, draws: Stream): number {
  return paired ? pairedEquivalence(differencesOf(a, b), margin, draws) : unpairedEquivalence(b, a, margin, draws);
}

/** Holm's correction among those that take part; the others keep 1. */
function correctedAmong(takesPart: readonly boolean[], pValues: readonly number[]): number[] {
  const corrected = holm(pValues.filter((_, i) => takesPart[i]));
  let next = 0;
  return takesPart.map((takes) => (takes ? corrected[next++]! : 1));
}

/** So few replications that no p-value of theirs survives the correction. */
const tooFew = "too few replications for any verdict";
const notShown = "neither a difference nor its absence is shown";
/** Resampling gives no p-value so small. */
export const tooManyMetrics = "too many metrics at once for any verdict";

/** The fewest replications of which the correction lets a test decide at all, and how many the scatter asks for. */
function whatWouldDecide(pair: MetricPair, family: number): { reason: string; replicationsNeeded: number | null } {
  const { paired, a, b, margin } = pair;
  const n = Math.min(a.length, b.length);
  const { needed: atAll } = reach(paired, n, family);
  if (atAll === null) return { reason: tooManyMetrics, replicationsNeeded: null };
  if (n < 2) return { reason: tooFew, replicationsNeeded: atAll };
  const distance = Math.abs(meanOf(b) - meanOf(a));
  const deviation = paired ? deviationOf(differencesOf(a, b)) : Math.hypot(deviationOf(a), deviationOf(b));
  const candidates = [
    replicationsNeeded({ distance, deviation, level: LEVEL / family / 2 }),
    replicationsNeeded({ distance: margin - distance, deviation, level: LEVEL / family }),
  ].filter((count) => count !== null);
  if (candidates.length === 0) return { reason: "no number of replications would decide", replicationsNeeded: null };
  const needed = Math.max(atAll, n + 1, Math.min(...candidates));
  return { reason: n < atAll ? tooFew : notShown, replicationsNeeded: needed };
}

/** The larger of the least p-values of both tests of so many replications on each side. */
function leastOf(paired: boolean, count: number): number {
  return paired ? leastSignFlip(count) : leastPermutation(count, count);
}

/** The least p-value of so many replications, and the fewest that so many tests at once need; null where no number is enough. */
export function reach(paired: boolean, count: number, tests: number): { leastP: number; needed: number | null } {
  const enough = LEVEL / Math.max(1, tests);
  const leastP = leastOf(paired, count);
  const needed = fewest((n) => leastOf(paired, n) <= enough);
  // Of so many that p-values are drawn, and get no smaller with more.
  const isBeyondReach = needed !== null && count >= needed && leastP > enough;
  return { leastP, needed: isBeyondReach ? null : needed };
}

const MOST_TO_TRY = 100;
function fewest(isEnough: (count: number) => boolean): number | null {
  for (let count = 1; count <= MOST_TO_TRY; count++) if (isEnough(count)) return count;
  return null;
}

interface Judgement {
  readonly verdict: ChangeVerdict;
  readonly reason: string;
  readonly pChanged?: number;
  readonly pUnchanged?: number | null;
  readonly replicationsNeeded?: number | null;
}

function compared(pair: MetricPair, judgement: Judgement): MetricComparison {
  const { metric, part, paired, a, b, margin } = pair;
  const { name, unit, description } = metric;
  const isEmpty = a.length === 0 || b.length === 0;
  const [meanA, meanB] = isEmpty ? [null, null] : [meanOf(a), meanOf(b)];
  const interval = intervalOf(pair);
  return {
    id: idOf(pair),
    part,
    name,
    unit,
    description,
    paired,
    a,
    b,
    margin,
    meanA,
    meanB,
    difference: isEmpty ? null : meanOf(b) - meanOf(a),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    pChanged: judgement.pChanged ?? null,
    pUnchanged: judgement.pUnchanged ?? null,
    verdict: judgement.verdict,
    reason: judgement.reason,
    replicationsNeeded: judgement.replicationsNeeded ?? null,
  };
}

function intervalOf({ metric, paired, a, b }: MetricPair): Estimate | null {
  if (metric.deterministic || Math.min(a.length, b.length) < 2) return null;
  return paired ? pairedDifference(a.map((value, i) => [b[i]!, value])) : welchDifference(b, a);
}

function idOf({ part, metric }: MetricPair): string {
  return `${part}/${metric.name}`;
}

function differencesOf(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => b[i]! - value);
}

function largestOf(differences: readonly number[]): number {
  return differences.reduce((largest, difference) => Math.max(largest, Math.abs(difference)), 0);
}

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
