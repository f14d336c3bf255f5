import { normalQuantile } from "./normal-quantile.ts";
import { studentTQuantile } from "./student-t.ts";

export interface Precision {
  /** How far the mean lies from the value that is to be excluded, in the metric's unit; above 0. */
  readonly distance: number;
  /** Standard deviation of what is averaged. */
  readonly deviation: number;
  /** One-sided level of the test, after correction for others. */
  readonly level: number;
  /** Chance of coming to a decision with so many; 0.8 unless given. */
  readonly power?: number;
}

/**
 * How many replications a t test needs to exclude a value, if mean and deviation stay what they are: the least n with
 * distance * sqrt(n) / deviation >= t(1 - level; n - 1) + z(power). Null beyond a million. A plan, not a promise: both are estimates.
 *
 * Source: A. M. Law, Simulation Modeling and Analysis, 5th ed. (2015), section 9.4.1; J. Cohen, Statistical Power Analysis, 2nd ed. (1988).
 */
export function replicationsNeeded({ distance, deviation, level, power = 0.8 }: Precision): number | null {
  if (!(distance > 0)) return null;
  const confidence = Math.max(0.5, 1 - level);
  // Beyond so many degrees of freedom t is z to three digits, and much quicker.
  const quantile = (n: number) => (n > 1000 ? normalQuantile(confidence) : studentTQuantile(confidence, n - 1));
  const enough = (n: number) => (distance * Math.sqrt(n)) / deviation >= quantile(n) + normalQuantile(power);
  if (!enough(MOST)) return null;
  let [tooFew, plenty] = [1, MOST];
  while (plenty - tooFew > 1) {
    const middle = Math.floor((tooFew + plenty) / 2);
    if (enough(middle)) plenty = middle;
    else tooFew = middle;
  }
  return plenty;
}

const MOST = 1_000_000;
