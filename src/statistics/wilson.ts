import { requireConfidence, requireCounts } from "./counts.ts";
import type { Estimate } from "./interval.ts";
import { normalQuantile } from "./normal-quantile.ts";

/**
 * Score interval for a proportion, without continuity correction: covers as often as it says on average over the true
 * proportion, where Clopper-Pearson covers at least that often everywhere and is wider.
 *
 * Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927); R. G. Newcombe, Statistics in Medicine 17
 * (1998), method 3.
 */
export function wilson(events: number, trials: number, confidence = 0.95): Estimate {
  requireCounts("Wilson interval", events, trials);
  requireConfidence("Wilson interval", confidence);
  const z = normalQuantile((1 + confidence) / 2);
  const share = events / trials;
  const centre = share + (z * z) / (2 * trials);
  const reach = z * Math.sqrt((share * (1 - share) + (z * z) / (4 * trials)) / trials);
  const scale = 1 + (z * z) / trials;
  return {
    value: share,
    low: events === 0 ? 0 : (centre - reach) / scale,
    high: events === trials ? 1 : (centre + reach) / scale,
    confidence,
  };
}
