/**
 * Which positions a verifier checks (whitepaper 2.5.2), as a pure function of the claim and 32 bytes of randomness that
 * the claimant could not know when it committed.
 */
import { distinctBelow, wordStream } from "../draws.ts";
import { accept, type Outcome, refuse } from "../outcome.ts";
import type { RasticClaim } from "./claim.ts";
import { checkAt, type RasticCheck, type RasticVariant, type RasticViolation, rasticShape } from "./variants.ts";

export interface RasticPlan {
  readonly variant: RasticVariant;
  /** Continuity, integrity in the order drawn, truncation. None when `violations` already decide. */
  readonly checks: readonly RasticCheck[];
  readonly violations: readonly RasticViolation[];
}

/**
 * `checkBudget` is k, the number of integrity indices (0 or more). They differ from each other; where the variant's range
 * holds fewer than k, all of it is checked, since a second look at one position says nothing new. They may coincide with
 * the continuity or truncation check: the sources draw them without looking.
 *
 * Refusals: rastic-check-budget, rastic-randomness, and those of `checkClaim`.
 */
export function planRastic(
  variant: RasticVariant,
  checkBudget: number,
  claim: RasticClaim,
  randomness: Uint8Array,
): Outcome<RasticPlan> {
  if (!Number.isSafeInteger(checkBudget) || checkBudget < 0)
    return refuse("rastic-check-budget", `check budget ${checkBudget}: expected a whole number of at least 0`);
  if (randomness.length !== 32)
    return refuse("rastic-randomness", `${randomness.length} bytes of randomness: expected 32`);
  const shaped = rasticShape(variant, claim);
  if (!shaped.ok) return shaped;
  const { continuity, integrityRange, truncation, extraRandomCheck, violations } = shaped.value;
  if (violations.length > 0) return accept({ variant, checks: [], violations });

  const { first, end } = integrityRange;
  const drawn = distinctBelow(
    Math.max(0, end - first),
    checkBudget + (extraRandomCheck ? 1 : 0),
    wordStream(randomness),
  ).map((offset, i) => checkAt(claim, i < checkBudget ? "integrity" : "truncation", first + offset));
  const checks = [continuity, ...drawn, truncation].filter((check) => check !== null);
  return accept({ variant, checks, violations });
}
