import { requireFinite, StatisticsError } from "./interval.ts";

/**
 * p-values adjusted for having looked at all of them, in the order given: rejecting those under alpha keeps the chance of any
 * false alarm at alpha, whatever the tests' dependence.
 *
 * Source: S. Holm, Scandinavian Journal of Statistics 6 (1979).
 */
export function holm(pValues: readonly number[]): number[] {
  requireFinite("Holm correction", pValues, 0);
  const outside = pValues.find((p) => p < 0 || p > 1);
  if (outside !== undefined) throw new StatisticsError(`Holm correction: expected 0 to 1, found ${outside}`);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, i] of [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!).entries()) {
    largest = Math.max(largest, (pValues.length - rank) * pValues[i]!);
    adjusted[i] = Math.min(1, largest);
  }
  return adjusted;
}
