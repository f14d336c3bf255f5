import { requireConfidence, requireCounts } from "./counts.ts";

/**
 * What a probability can be at most when none of `trials` independent trials showed the event: the p with
 * (1 - p)^trials = 1 - confidence. About 3 / trials at 95 %, the rule of three.
 *
 * Source: J. A. Hanley and A. Lippman-Hand, JAMA 249 (1983). One-sided: all of the error is put above. Trials that share a
 * prompt are not independent; count prompts then.
 */
export function zeroEventsUpperBound(trials: number, confidence = 0.95): number {
  requireCounts("zero-events bound", 0, trials);
  requireConfidence("zero-events bound", confidence);
  return -Math.expm1(Math.log1p(-confidence) / trials);
}
