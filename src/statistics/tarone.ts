import { requireFinite } from "./interval.ts";

/**
 * Which of several exact tests can reject at all once they are corrected for each other: those whose least attainable p-value
 * is at most alpha / K, for the smallest K that no more than K tests reach. The others need no correction to be paid for:
 * Holm's among the rest keeps the chance of any false alarm at alpha. Least p-values must not depend on the sign of what
 * was found (for sign flips, they depend on how many pairs differ at all).
 *
 * Source: R. E. Tarone, Biometrics 46 (1990); with Holm's steps, G. Hommel and F. Krummenauer, Biometrics 54 (1998).
 *
 * @returns for each test whether it can
 */
export function testable(leastPValues: readonly number[], alpha: number): boolean[] {
  requireFinite("testable hypotheses", leastPValues, 0);
  let k = 1;
  while (leastPValues.filter((least) => least <= alpha / k).length > k) k++;
  return leastPValues.map((least) => least <= alpha / k);
}
