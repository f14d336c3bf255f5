/** Margins as a tolerance: the claimed token may lose to the reference token by a little. */
import { type Refusal, refuse } from "../outcome.ts";
import { isConsistent, type ScoredClaim } from "./scored-claim.ts";

/** Refusal: scheme-evidence-missing, for a claim whose sampling has no margin (`inverse-cdf` with temperature). */
export function marginsMissing({ evidence }: ScoredClaim): { readonly ok: false; readonly refusal: Refusal } | null {
  for (let i = 0; i < evidence.margins.length; i++)
    if (Number.isNaN(evidence.margins[i]))
      return refuse("scheme-evidence-missing", `output position ${i} has no margin: sampling must be greedy or Gumbel`);
  return null;
}

export function passesWithin(claim: ScoredClaim, position: number, toleranceLogits: number): boolean {
  return isConsistent(claim, position) || claim.evidence.margins[position]! <= toleranceLogits;
}
