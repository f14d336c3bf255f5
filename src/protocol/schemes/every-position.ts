/** What schemes without randomness share: one pass over the whole output, then a verdict. */

import { rasticShape } from "../rastic/variants.ts";
import { ok, type Result } from "../result.ts";
import type { Acceptance } from "./scheme.ts";
import { claimedOutputOf, type ScoredOutput } from "./scored-output.ts";
import { costOfAllPositions, noCost } from "./verification-cost.ts";

/** Rejections: those of `checkClaimedOutput`. */
export function failsStaticChecks(output: ScoredOutput): Result<boolean> {
  // What shows an output false without a model is the same in all three variants.
  const shaped = rasticShape("blog", claimedOutputOf(output));
  return shaped.ok ? ok(shaped.value.violations.length > 0) : shaped;
}

/** Rejections: those of `checkClaimedOutput` and of `verdict`, which is not asked about an output that is false on its face. */
export function judgeEveryPosition(output: ScoredOutput, verdict: () => Result<boolean>): Result<Acceptance> {
  const isFalse = failsStaticChecks(output);
  if (!isFalse.ok) return isFalse;
  if (isFalse.value) return ok({ probability: 0, cost: noCost });
  const accepted = verdict();
  if (!accepted.ok) return accepted;
  return ok({
    probability: accepted.value ? 1 : 0,
    cost: costOfAllPositions(output.identity.job.promptTokens.length, output.outputTokens.length),
  });
}
