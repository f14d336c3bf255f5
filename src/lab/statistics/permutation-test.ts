import { requireFinite } from "./interval.ts";
import type { Draws } from "./median-ratio.ts";

/** Up to this many rearrangements are all gone through; beyond, `resamples` of them are drawn. */
const ENUMERATED = 200_000;

/**
 * Two-sided p-value of a mean paired difference: how often random signs make the sum at least as far from 0.
 *
 * Exact up to 17 pairs; beyond, (b + 1) / (m + 1) for b of m random assignments, which never answers 0 (B. Phipson and
 * G. K. Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010)). Source: R. A. Fisher, The Design of
 * Experiments (1935), section 21. Assumes that the differences are symmetric about 0 if nothing differs.
 */
export function signFlipTest(differences: readonly number[], draws: Draws, resamples = 10_000): number {
  requireFinite("sign-flip test", differences, 1);
  const observed = Math.abs(sumOf(differences)) - slack(differences);
  const assignments = 2 ** differences.length;
  const sumUnder = (sign: (i: number) => boolean) => differences.reduce((sum, d, i) => sum + (sign(i) ? d : -d), 0);
  let extreme = 0;
  if (assignments <= ENUMERATED) {
    for (let signs = 0; signs < assignments; signs++)
      if (Math.abs(sumUnder((i) => ((signs >> i) & 1) === 1)) >= observed) extreme++;
    return extreme / assignments;
  }
  for (let i = 0; i < resamples; i++) if (Math.abs(sumUnder(() => draws.below(2) === 1)) >= observed) extreme++;
  return (extreme + 1) / (resamples + 1);
}

/**
 * Two-sided p-value of a difference between two samples' means: how often dealing all values out again, into samples of the
 * same sizes, sets the means at least as far apart. Exact while there are at most 200,000 ways to deal, else as above.
 *
 * Source: E. J. G. Pitman, Supplement to the Journal of the Royal Statistical Society 4 (1937).
 */
export function permutationTest(
  first: readonly number[],
  second: readonly number[],
  draws: Draws,
  resamples = 10_000,
): number {
  requireFinite("permutation test", first, 1);
  requireFinite("permutation test", second, 1);
  const all = [...first, ...second];
  const share = (sumOf(all) * first.length) / all.length; // sum of the first sample if the means are equal
  const observed = Math.abs(sumOf(first) - share) - slack(all);
  const isExtreme = (sum: number) => Math.abs(sum - share) >= observed;

  if (waysToChoose(all.length, first.length) <= ENUMERATED) {
    let [extreme, ways] = [0, 0];
    for (const sum of subsetSums(all, first.length)) {
      ways++;
      if (isExtreme(sum)) extreme++;
    }
    return extreme / ways;
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

function* subsetSums(values: readonly number[], size: number, from = 0, sum = 0): Generator<number> {
  if (size === 0) yield sum;
  else for (let i = from; i <= values.length - size; i++) yield* subsetSums(values, size - 1, i + 1, sum + values[i]!);
}
