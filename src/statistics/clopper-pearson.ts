import { betaQuantile } from "./beta-quantile.ts";
import { requireConfidence, requireCounts } from "./counts.ts";
import type { Estimate } from "./interval.ts";

/**
 * Exact interval for a proportion: the values that a binomial test at (1 - confidence)/2 on each side does not reject. Covers at
 * least as often as it says, whatever the true proportion.
 *
 * Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934); beta quantiles as in Brown, Cai and DasGupta,
 * Statistical Science 16 (2001).
 */
export function clopperPearson(events: number, trials: number, confidence = 0.95): Estimate {
  requireCounts("Clopper-Pearson interval", events, trials);
  requireConfidence("Clopper-Pearson interval", confidence);
  const tail = (1 - confidence) / 2;
  return {
    value: events / trials,
    low: events === 0 ? 0 : betaQuantile(tail, events, trials - events + 1),
    high: events === trials ? 1 : betaQuantile(1 - tail, events + 1, trials - events),
    confidence,
  };
}
