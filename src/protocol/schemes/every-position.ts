/** What schemes without randomness share: one pass over the whole claim, then a verdict. */
import { accept, type Outcome } from "../outcome.ts";
import { rasticShape } from "../rastic/variants.ts";
import type { Acceptance } from "./scheme.ts";
import { rasticClaimOf, type ScoredClaim } from "./scored-claim.ts";
import { costOfAllPositions, noCost } from "./verification-cost.ts";

/** Refusals: those of `checkClaim`. */
export function isFalseOnItsFace(claim: ScoredClaim): Outcome<boolean> {
  // What shows a claim false without a model is the same in all three variants.
  const shaped = rasticShape("blog", rasticClaimOf(claim));
  return shaped.ok ? accept(shaped.value.violations.length > 0) : shaped;
}

/** Refusals: those of `checkClaim` and of `verdict`, which is not asked about a claim that is false on its face. */
export function judgeEveryPosition(claim: ScoredClaim, verdict: () => Outcome<boolean>): Outcome<Acceptance> {
  const isFalse = isFalseOnItsFace(claim);
  if (!isFalse.ok) return isFalse;
  if (isFalse.value) return accept({ probability: 0, cost: noCost });
  const accepted = verdict();
  if (!accepted.ok) return accepted;
  return accept({
    probability: accepted.value ? 1 : 0,
    cost: costOfAllPositions(claim.identity.job.promptTokens.length, claim.outputTokens.length),
  });
}
