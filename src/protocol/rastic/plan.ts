/**
 * Which positions a verifier checks (whitepaper 2.5.2), as a pure function of the output and 32 bytes of randomness that
 * the claimant could not know when it committed.
 */
import { distinctBelow, wordStream } from "../draws.ts";
import { err, ok, type Result } from "../result.ts";
import type { ClaimedOutput } from "./claimed-output.ts";
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
 * Rejections: rastic-check-budget, rastic-randomness, and those of `checkClaimedOutput`.
 */
export function planRastic(
  variant: RasticVariant,
  checkBudget: number,
  output: ClaimedOutput,
  randomness: Uint8Array,
): Result<RasticPlan> {
  if (!Number.isSafeInteger(checkBudget) || checkBudget < 0)
    return err("rastic-check-budget", `check budget ${checkBudget}: expected a whole number of at least 0`);
  if (randomness.length !== 32)
    return err("rastic-randomness", `${randomness.length} bytes of randomness: expected 32`);
  const shaped = rasticShape(variant, output);
  if (!shaped.ok) return shaped;
  const { continuity, integrityRange, truncation, extraRandomCheck, violations } = shaped.value;
  if (violations.length > 0) return ok({ variant, checks: [], violations });

  const { first, end } = integrityRange;
  const drawn = distinctBelow(
    Math.max(0, end - first),
    checkBudget + (extraRandomCheck ? 1 : 0),
    wordStream(randomness),
  ).map((offset, i) => checkAt(output, i < checkBudget ? "integrity" : "truncation", first + offset));
  const checks = [continuity, ...drawn, truncation].filter((check) => check !== null);
  return ok({ variant, checks, violations });
}
