import { type Estimate, requireFinite, StatisticsError } from "./interval.ts";
import { median, medianOfSorted } from "./median.ts";

/** What the bootstrap asks of a random stream: a uniform integer in [0, n). A named stream of src/sim is one. */
export interface Draws {
  below(n: number): number;
}

/**
 * Ratio of two medians with a percentile bootstrap interval; both samples are resampled on their own.
 *
 * With few repeats the interval is coarse: its ends can only be ratios of values that were seen (and of their means), and
 * under about ten repeats it covers somewhat less than it says.
 *
 * Source: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), sections 8.3 and 13.3.
 *
 * @param draws where the resampling gets its randomness: a stream that nothing else uses
 */
export function medianRatioInterval(
  numerator: readonly number[],
  denominator: readonly number[],
  draws: Draws,
  { confidence = 0.95, resamples = 2000 }: { confidence?: number; resamples?: number } = {},
): Estimate {
  requireFinite("ratio of medians, numerator", numerator, 1);
  requireFinite("ratio of medians, denominator", denominator, 1);
  if (denominator.some((value) => value <= 0)) {
    throw new StatisticsError("ratio of medians, denominator: expected values above 0");
  }
  const above = new Float64Array(numerator.length);
  const below = new Float64Array(denominator.length);
  const ratios = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    ratios[i] = resampledMedian(numerator, above, draws) / resampledMedian(denominator, below, draws);
  }
  ratios.sort();
  const tail = (1 - confidence) / 2;
  return {
    value: median(numerator) / median(denominator),
    low: quantileOfSorted(ratios, tail),
    high: quantileOfSorted(ratios, 1 - tail),
    confidence,
  };
}

function resampledMedian(sample: readonly number[], scratch: Float64Array, draws: Draws): number {
  for (let i = 0; i < scratch.length; i++) scratch[i] = sample[draws.below(sample.length)]!;
  return medianOfSorted(scratch.sort());
}

/** Linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
function quantileOfSorted(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const floor = Math.floor(place);
  const low = sorted[floor]!;
  const high = sorted[Math.min(floor + 1, sorted.length - 1)]!;
  return low + (place - floor) * (high - low);
}
