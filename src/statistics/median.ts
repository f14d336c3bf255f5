import { type Estimate, requireFinite } from "./interval.ts";

/** Middle value; the mean of the two middle values of an even count. */
export function median(sample: readonly number[]): number {
  requireFinite("median", sample, 1);
  return medianOfSorted(Float64Array.from(sample).sort());
}

/**
 * Median with a distribution-free interval between two order statistics.
 *
 * The count of values below the true median is Binomial(n, 1/2), whatever the distribution, so [x(j), x(n+1-j)] covers it with
 * probability 1 - 2 P(B <= j-1); we take the narrowest such pair that reaches the wanted confidence. Under six values no pair
 * reaches 95 %: the whole range is given then, and `confidence` says what it is worth (three values: 75 %).
 *
 * Source: H. A. David and H. N. Nagaraja, Order Statistics, 3rd ed. (2003), section 7.1.
 */
export function medianInterval(sample: readonly number[], confidence = 0.95): Estimate {
  requireFinite("median interval", sample, 1);
  const sorted = Float64Array.from(sample).sort();
  const n = sorted.length;
  let rank = 1;
  let coverage = 1 - 2 * binomialHalfTail(n, 0);
  for (let next = 2; next <= n / 2; next++) {
    const narrower = 1 - 2 * binomialHalfTail(n, next - 1);
    if (narrower < confidence) break;
    rank = next;
    coverage = narrower;
  }
  return { value: medianOfSorted(sorted), low: sorted[rank - 1]!, high: sorted[n - rank]!, confidence: coverage };
}

/** P(B <= k) for B ~ Binomial(n, 1/2), in logarithms so that n in the thousands does not underflow. */
function binomialHalfTail(n: number, k: number): number {
  let logTerm = -n * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i);
    tail += Math.exp(logTerm);
  }
  return tail;
}

export function medianOfSorted(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
