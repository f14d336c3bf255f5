import { type Estimate, requireFinite, StatisticsError } from "./interval.ts";
import { median, medianOfSorted } from "./median.ts";
import { quantileOfSorted } from "./quantile.ts";

/** What the bootstrap asks of a random stream: a uniform integer in [0, n). A named stream of src/sim is one. */
export interface Draws {
  below(n: number): number;
}

/** One repeat of two measurements made side by side: numerator, denominator. */
export type Pair = readonly [number, number];

/**
 * Ratio of the two medians with a percentile bootstrap interval. Repeats are resampled as pairs, because what was measured side
 * by side shares the machine's mood and the draws of its repeat.
 *
 * With few repeats the interval is coarse: its ends can only be ratios of values that were seen (and of their means), and
 * under about ten repeats it covers somewhat less than it says.
 *
 * Source: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), sections 8.3 and 13.3.
 *
 * @param draws where the resampling gets its randomness: a stream that nothing else uses
 */
export function medianRatioInterval(
  pairs: readonly Pair[],
  draws: Draws,
  { confidence = 0.95, resamples = 2000 }: { confidence?: number; resamples?: number } = {},
): Estimate {
  const numerators = pairs.map(([numerator]) => numerator);
  const denominators = pairs.map(([, denominator]) => denominator);
  requireFinite("ratio of medians", [...numerators, ...denominators], 2);
  if (denominators.some((value) => value <= 0)) {
    throw new StatisticsError("ratio of medians, denominator: expected values above 0");
  }
  const above = new Float64Array(pairs.length);
  const below = new Float64Array(pairs.length);
  const ratios = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    for (let i = 0; i < pairs.length; i++) {
      const drawn = draws.below(pairs.length);
      above[i] = numerators[drawn]!;
      below[i] = denominators[drawn]!;
    }
    ratios[resample] = medianOfSorted(above.sort()) / medianOfSorted(below.sort());
  }
  ratios.sort();
  const tail = (1 - confidence) / 2;
  return {
    value: median(numerators) / median(denominators),
    low: quantileOfSorted(ratios, tail),
    high: quantileOfSorted(ratios, 1 - tail),
    confidence,
  };
}
