import { requireConfidence } from "./counts.ts";
import { type Estimate, requireFinite } from "./interval.ts";
import { studentTQuantile } from "./student-t.ts";

/**
 * Difference of the means of two independent samples, first - second, with Welch's interval: variances may differ.
 *
 * Source: B. L. Welch, Biometrika 34 (1947), degrees of freedom after F. E. Satterthwaite, Biometrics Bulletin 2 (1946).
 */
export function welchDifference(first: readonly number[], second: readonly number[], confidence = 0.95): Estimate {
  requireConfidence("Welch's interval", confidence);
  requireFinite("Welch's interval", first, 2);
  requireFinite("Welch's interval", second, 2);
  const [one, other] = [moments(first), moments(second)];
  const value = one.mean - other.mean;
  const variance = one.ofMean + other.ofMean;
  if (variance === 0) return { value, low: value, high: value, confidence };
  const degrees = variance ** 2 / (one.ofMean ** 2 / (first.length - 1) + other.ofMean ** 2 / (second.length - 1));
  const reach = studentTQuantile((1 + confidence) / 2, degrees) * Math.sqrt(variance);
  return { value, low: value - reach, high: value + reach, confidence };
}

/** `ofMean`: variance of the mean. */
function moments(sample: readonly number[]): { mean: number; ofMean: number } {
  const n = sample.length;
  const mean = sample.reduce((sum, value) => sum + value, 0) / n;
  return { mean, ofMean: sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n };
}
