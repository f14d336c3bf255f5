/** The verdict on an output, from what the reference model says at the planned positions (whitepaper 2.5.2). */
import { err, ok, type Result } from "../result.ts";
import type { RasticPlan } from "./plan.ts";
import type { RasticCheck, RasticViolation } from "./variants.ts";

export interface RasticCheckResult extends RasticCheck {
  /** F(R[0..sequenceIndex-1]). */
  readonly referenceToken: number;
  readonly passed: boolean;
}

export interface RasticVerdict {
  readonly verdict: "accepted" | "rejected";
  readonly results: readonly RasticCheckResult[];
  readonly violations: readonly RasticViolation[];
}

/**
 * `evidence` maps sequenceIndex to the reference token F(R[0..sequenceIndex-1]); positions nobody asked for are ignored.
 *
 * Rejection: rastic-evidence-missing, for a planned position without evidence. Not knowing is neither pass nor fail.
 */
export function judgeRastic(plan: RasticPlan, evidence: ReadonlyMap<number, number>): Result<RasticVerdict> {
  const results: RasticCheckResult[] = [];
  for (const check of plan.checks) {
    const referenceToken = evidence.get(check.sequenceIndex);
    if (referenceToken === undefined)
      return err(
        "rastic-evidence-missing",
        `the ${check.kind} check needs the reference token at sequence index ${check.sequenceIndex}`,
      );
    results.push({ ...check, referenceToken, passed: referenceToken === check.claimedToken });
  }
  const accepted = plan.violations.length === 0 && results.every(({ passed }) => passed);
  return ok({ verdict: accepted ? "accepted" : "rejected", results, violations: plan.violations });
}
