import type { Estimate } from "./interval.ts";
import { studentTQuantile } from "./student-t.ts";

const CONFIDENCE = 0.95;

/**
 * Mean over independent runs with Student's interval; one run says nothing of its spread, and its interval has no ends.
 *
 * Source: A. M. Law, Simulation Modeling and Analysis, 5th ed. (2015), section 9.4.1 (replications).
 */
export function meanOverRuns(values: readonly number[]): Estimate {
  const n = values.length;
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  if (n < 2) return { value, low: -Infinity, high: Infinity, confidence: CONFIDENCE };
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (n - 1);
  const half = studentTQuantile((1 + CONFIDENCE) / 2, n - 1) * Math.sqrt(variance / n);
  return { value, low: value - half, high: value + half, confidence: CONFIDENCE };
}

/** Geometric mean of ratios that were taken within runs, whose random draws are shared. */
export function ratioOverRuns(pairs: readonly (readonly [number, number])[]): Estimate {
  const logs = meanOverRuns(pairs.map(([one, other]) => Math.log(one / other)));
  return { ...logs, value: Math.exp(logs.value), low: Math.exp(logs.low), high: Math.exp(logs.high) };
}
