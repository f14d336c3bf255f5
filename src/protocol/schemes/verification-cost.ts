/**
 * What verifying costs, in tokens fed to the reference model. A check at sequence index i (R[i], input and output counted
 * together) needs the i tokens before it.
 */
export interface VerificationCost {
  /** One teacher-forced pass for all checks of the output: as long as the furthest check. The default reading. */
  readonly prefillTokens: number;
  /** One fresh pass for each check, as the prototype did: the sum over the checks. */
  readonly separatePrefillTokens: number;
  /** Tokens fed one at a time, by schemes that generate again. */
  readonly decodeTokens: number;
}

export const noCost: VerificationCost = { prefillTokens: 0, separatePrefillTokens: 0, decodeTokens: 0 };

/** Every output position checked: indices A .. A+B-1. */
export function costOfAllPositions(inputCount: number, outputCount: number): VerificationCost {
  if (outputCount === 0) return noCost;
  const last = inputCount + outputCount - 1;
  return {
    prefillTokens: last,
    separatePrefillTokens: ((inputCount + last) * outputCount) / 2,
    decodeTokens: 0,
  };
}

export function shareOfCost(share: number, cost: VerificationCost): VerificationCost {
  return {
    prefillTokens: share * cost.prefillTokens,
    separatePrefillTokens: share * cost.separatePrefillTokens,
    decodeTokens: share * cost.decodeTokens,
  };
}
