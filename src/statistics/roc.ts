import { requireFinite, StatisticsError } from "./interval.ts";

/** Rejecting every score from `threshold` on rejects these shares of the honest and of the cheated claims. */
export interface RocPoint {
  readonly threshold: number;
  readonly falseRejectShare: number;
  readonly detectedShare: number;
}

/**
 * The receiver operating characteristic of a score that is high when suspicious: from rejecting nothing (threshold Infinity)
 * to rejecting all, one point for each different score. Claims of equal score are rejected together, so that the straight line
 * between two points gives ties their half.
 *
 * Source: T. Fawcett, Pattern Recognition Letters 27 (2006).
 */
export function rocCurve(honest: readonly number[], cheated: readonly number[]): RocPoint[] {
  for (const [name, scores] of Object.entries({ honest, cheated })) {
    if (scores.length === 0) throw new StatisticsError(`ROC, ${name}: expected at least 1 score, found none`);
    if (scores.some(Number.isNaN)) throw new StatisticsError(`ROC, ${name}: a score is not a number`);
  }
  const scores = [
    ...honest.map((score) => ({ score, cheated: false })),
    ...cheated.map((score) => ({ score, cheated: true })),
  ].sort((a, b) => (a.score === b.score ? 0 : b.score - a.score));
  const curve: RocPoint[] = [{ threshold: Number.POSITIVE_INFINITY, falseRejectShare: 0, detectedShare: 0 }];
  let [rejected, detected] = [0, 0];
  for (const [i, { score, cheated: isCheat }] of scores.entries()) {
    if (isCheat) detected++;
    else rejected++;
    if (scores[i + 1]?.score !== score)
      curve.push({
        threshold: score,
        falseRejectShare: rejected / honest.length,
        detectedShare: detected / cheated.length,
      });
  }
  return curve;
}

/**
 * Area under the curve: the probability that a cheated claim scores above an honest one, ties counting half (J. A. Hanley and
 * B. J. McNeil, Radiology 143 (1982)).
 */
export function areaUnder(curve: readonly RocPoint[]): number {
  return areaUpTo(curve, 1);
}

/**
 * Area left of a largest tolerable false-reject share, rescaled so that 0.5 is guessing and 1 is perfect (D. K. McClish,
 * Medical Decision Making 9 (1989)).
 */
export function partialAreaUnder(curve: readonly RocPoint[], largestFalseRejectShare: number): number {
  requireFinite("partial area", [largestFalseRejectShare], 1);
  if (!(largestFalseRejectShare > 0 && largestFalseRejectShare <= 1))
    throw new StatisticsError(`partial area: expected a share above 0 and up to 1, found ${largestFalseRejectShare}`);
  const guessing = largestFalseRejectShare ** 2 / 2;
  const area = areaUpTo(curve, largestFalseRejectShare);
  return (1 + (area - guessing) / (largestFalseRejectShare - guessing)) / 2;
}

function areaUpTo(curve: readonly RocPoint[], share: number): number {
  let area = 0;
  for (let i = 1; i < curve.length; i++) {
    const [from, to] = [curve[i - 1]!, curve[i]!];
    const width = Math.min(to.falseRejectShare, share) - from.falseRejectShare;
    if (width <= 0) continue;
    const slope = (to.detectedShare - from.detectedShare) / (to.falseRejectShare - from.falseRejectShare);
    area += width * (from.detectedShare + (slope * width) / 2);
  }
  return area;
}
