/** Two sets of logits of the same positions: the reference's and another machine's. */

export interface LogitsAt {
  readonly topToken: number;
  readonly topLogit: number;
  readonly claimedLogit: number;
  readonly logSumExp: number;
}

export interface ReferenceLogits {
  /** Root of the model file. */
  readonly model: string;
  readonly engineRelease: string;
  readonly cpuKernels: string | null;
  readonly promptTokens: readonly number[];
  readonly outputTokens: readonly number[];
  readonly positions: readonly LogitsAt[];
}

export interface LogitsComparison {
  readonly positions: number;
  /** Over top logits, claimed logits and logarithms of sums. */
  readonly largestDifference: number;
  /** Positions with another favourite. */
  readonly flips: number;
  readonly agrees: boolean;
}

/**
 * Kernels that add in another order, in half precision, may differ by some hundredths; wrong ones are off by whole units. Where
 * two tokens lie closer together than that, another favourite is no fault: flips are told, and do not fail the check.
 */
export const toleranceLogits = 0.25;

/** Differences that are not finite (NaN from broken kernels) are beyond every tolerance. */
export function compareLogits(reference: readonly LogitsAt[], found: readonly LogitsAt[]): LogitsComparison {
  if (reference.length !== found.length)
    throw new RangeError(`logits of ${found.length} positions: expected ${reference.length}`);
  let largest = 0;
  let flips = 0;
  for (const [i, expected] of reference.entries()) {
    const actual = found[i]!;
    if (actual.topToken !== expected.topToken) flips++;
    for (const what of ["topLogit", "claimedLogit", "logSumExp"] as const) {
      const difference = Math.abs(actual[what] - expected[what]);
      largest = Number.isFinite(difference) ? Math.max(largest, difference) : Number.POSITIVE_INFINITY;
      if (largest === Number.POSITIVE_INFINITY) break;
    }
    if (largest === Number.POSITIVE_INFINITY) break;
  }
  return { positions: reference.length, largestDifference: largest, flips, agrees: largest <= toleranceLogits };
}

export function inWords({ positions, largestDifference, flips, agrees }: LogitsComparison): string {
  const verdict = agrees ? "agrees with the CPU reference" : "DOES NOT AGREE with the CPU reference";
  return `${verdict}: largest difference ${largestDifference.toPrecision(3)} (tolerance ${toleranceLogits}), ${flips} of ${positions} positions with another favourite`;
}
