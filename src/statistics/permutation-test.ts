import { requireFinite } from "./interval.ts";
import type { Draws } from "./median-ratio.ts";

/** Up to this many rearrangements are all gone through; beyond, `resamples` of them are drawn. */
const ENUMERATED = 200_000;
const RESAMPLES = 10_000;
/** So many signs are taken from one whole number. */
const SIGNS_A_DRAW = 30;

/** `two-sided`: further from 0 either way; `greater`: only upwards, for when a difference above 0 is what is to be shown. */
export type Alternative = "two-sided" | "greater";

export interface PermutationChoices {
  readonly alternative?: Alternative;
  readonly resamples?: number;
}

/**
 * p-value of a mean paired difference: how often random signs make the sum at least as far from 0.
 *
 * Exact up to 17 pairs; beyond, (b + 1) / (m + 1) for b of m random assignments, which never answers 0 (B. Phipson and
 * G. K. Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010)). Source: R. A. Fisher, The Design of
 * Experiments (1935), section 21. Assumes that the differences are symmetric about 0 if nothing differs.
 */
export function signFlipTest(
  differences: readonly number[],
  draws: Draws,
  { alternative = "two-sided", resamples = RESAMPLES }: PermutationChoices = {},
): number {
  requireFinite("sign-flip test", differences, 1);
  const size = alternative === "two-sided" ? Math.abs : (sum: number) => sum;
  const observed = size(sumOf(differences)) - slack(differences);
  const assignments = 2 ** differences.length;
  if (assignments <= ENUMERATED) {
    const extremeBelow = (i: number, sum: number): number =>
      i === differences.length
        ? Number(size(sum) >= observed)
        : extremeBelow(i + 1, sum + differences[i]!) + extremeBelow(i + 1, sum - differences[i]!);
    return extremeBelow(0, 0) / assignments;
  }
  let extreme = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let [sum, signs] = [0, 0];
    for (const [i, difference] of differences.entries()) {
      if (i % SIGNS_A_DRAW === 0) signs = draws.below(2 ** SIGNS_A_DRAW);
      sum += (signs & 1) === 1 ? difference : -difference;
      signs >>= 1;
    }
    if (size(sum) >= observed) extreme++;
  }
  return (extreme + 1) / (resamples + 1);
}

/** The least p-value that so many pairs can give, those that do not differ at all left out. */
export function leastSignFlip(
  pairs: number,
  { alternative = "two-sided", resamples = RESAMPLES }: PermutationChoices = {},
): number {
  if (pairs === 0) return 1;
  const exact = (alternative === "two-sided" ? 2 : 1) / 2 ** pairs;
  return 2 ** pairs <= ENUMERATED ? exact : Math.max(exact, 1 / (resamples + 1));
}

/**
 * p-value of a difference between two samples' means (`greater`: the first is): how often dealing all values out again, into samples of
 * the same sizes, sets the means at least as far apart. Exact while there are at most 200,000 ways to deal, else as above.
 *
 * Source: E. J. G. Pitman, Supplement to the Journal of the Royal Statistical Society 4 (1937).
 */
export function permutationTest(
  first: readonly number[],
  second: readonly number[],
  draws: Draws,
  { alternative = "two-sided", resamples = RESAMPLES }: PermutationChoices = {},
): number {
  requireFinite("permutation test", first, 1);
  requireFinite("permutation test", second, 1);
  const all = [...first, ...second];
  const size = alternative === "two-sided" ? Math.abs : (sum: number) => sum;
  const share = (sumOf(all) * first.length) / all.length; // sum of the first sample if the means are equal
  const observed = size(sumOf(first) - share) - slack(all);
  const isExtreme = (sum: number) => size(sum - share) >= observed;

  const ways = waysToChoose(all.length, first.length);
  if (ways <= ENUMERATED) {
    const extremeBelow = (chosen: number, from: number, sum: number): number => {
      if (chosen === first.length) return Number(isExtreme(sum));
      let extreme = 0;
      for (let i = from; i <= all.length - first.length + chosen; i++)
        extreme += extremeBelow(chosen + 1, i + 1, sum + all[i]!);
      return extreme;
    };
    return extremeBelow(0, 0, 0) / ways;
  }
  let extreme = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let i = 0; i < first.length; i++) {
      const drawn = i + draws.below(all.length - i);
      [all[i], all[drawn]] = [all[drawn]!, all[i]!];
      sum += all[i]!;
    }
    if (isExtreme(sum)) extreme++;
  }
  return (extreme + 1) / (resamples + 1);
}

/** The least p-value that samples of these sizes can give. */
export function leastPermutation(
  first: number,
  second: number,
  { alternative = "two-sided", resamples = RESAMPLES }: PermutationChoices = {},
): number {
  const ways = waysToChoose(first + second, first);
  // Only equal sizes have, to each way to deal, one that is as far off on the other side.
  const exact = (alternative === "two-sided" && first === second ? 2 : 1) / ways;
  return ways <= ENUMERATED ? exact : 1 / (resamples + 1);
}

/** Sums that are equal on paper differ by rounding, and must count as ties. */
function slack(values: readonly number[]): number {
  return 1e-12 * values.reduce((sum, value) => sum + Math.abs(value), 0);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function waysToChoose(n: number, k: number): number {
  let ways = 1;
  for (let i = 0; i < k && ways <= ENUMERATED; i++) ways *= (n - i) / (i + 1);
  return Math.round(ways);
}
