import { requireConfidence } from "./counts.ts";
import { type Estimate, requireFinite } from "./interval.ts";
import { studentTQuantile } from "./student-t.ts";

/**
 * Mean of first - second over pairs, with Student's t interval. For two measurements under common random numbers (one
 * prompt, one seed, two rules): what both share cancels.
 *
 * Source: Student, Biometrika 6 (1908); A. M. Law, Simulation Modeling and Analysis, 5th ed. (2015), section 10.2.1.
 */
export function pairedDifference(pairs: readonly (readonly [number, number])[], confidence = 0.95): Estimate {
  requireConfidence("paired difference", confidence);
  const differences = pairs.map(([first, second]) => first - second);
  requireFinite("paired difference", differences, 2);
  const n = differences.length;
  const mean = differences.reduce((sum, d) => sum + d, 0) / n;
  const squares = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0);
  const reach = studentTQuantile((1 + confidence) / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { value: mean, low: mean - reach, high: mean + reach, confidence };
}
