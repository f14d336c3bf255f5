/**
 * The exact acceptance probability of RASTiC's checks over the verifier's randomness.
 *
 * A plan (src/protocol/rastic/plan.ts) holds fixed checks and d = min(N, k + extra) different indices of a range of N, every
 * set of d equally likely; `extra` is the blog's substitute at the token limit. An output is accepted when all of them pass:
 *
 *   P(accept) = [all fixed checks pass] x C(N - M, d) / C(N, d)      with M failing indices in the range.
 *
 * A drawn index may be that of a fixed check. It then passes when the fixed check does, which the first factor has settled,
 * so coincidence costs no term; it only makes the draw worth less (uniform-guess.ts shows by how much).
 */

import { type RasticShape, type RasticVariant, rasticShape } from "../rastic/variants.ts";
import { err, ok, type Result } from "../result.ts";
import type { Acceptance } from "./scheme.ts";
import { claimedOutputOf, type ScoredOutput } from "./scored-output.ts";
import { noCost, type VerificationCost } from "./verification-cost.ts";
import { expectedFurthest, noneDrawn } from "./without-replacement.ts";

/** The draws of one plan: `drawn` different ones of the `size` indices first, first + 1, ... */
export interface IndexDraws {
  readonly first: number;
  readonly size: number;
  readonly drawn: number;
}

export function indexDraws({ integrityRange, extraRandomCheck }: RasticShape, checkBudget: number): IndexDraws {
  const { first, end } = integrityRange;
  const size = Math.max(0, end - first);
  return { first, size, drawn: Math.min(size, checkBudget + (extraRandomCheck ? 1 : 0)) };
}

/** The indices that are checked whatever is drawn, each once. */
export function fixedIndices({ continuity, truncation }: RasticShape): number[] {
  return [...new Set([continuity, truncation].flatMap((check) => (check === null ? [] : [check.sequenceIndex])))];
}

/**
 * `passes` says whether the output passes a check at an output position.
 *
 * Rejections: those of `rasticShape`; scheme-evidence-missing, when the variant may look inside the input and nothing is known
 * of what the model says there.
 */
export function acceptanceOfDraws(
  variant: RasticVariant,
  checkBudget: number,
  output: ScoredOutput,
  passes: (position: number) => boolean,
): Result<Acceptance> {
  const shaped = rasticShape(variant, claimedOutputOf(output));
  if (!shaped.ok) return shaped;
  const shape = shaped.value;
  if (shape.violations.length > 0) return ok({ probability: 0, cost: noCost });

  const { promptTokens } = output.identity.job;
  const { inputReferenceTokens } = output.evidence;
  const draws = indexDraws(shape, checkBudget);
  if (draws.drawn > 0 && draws.first < promptTokens.length && !inputReferenceTokens)
    return err(
      "scheme-evidence-missing",
      `${variant} may check inside the input from index ${draws.first} on: the model's own tokens there are needed`,
    );
  const passesAt = (index: number): boolean =>
    index < promptTokens.length
      ? inputReferenceTokens![index - 1] === promptTokens[index]
      : passes(index - promptTokens.length);

  const fixed = fixedIndices(shape);
  return ok({
    probability: fixed.every(passesAt) ? noneDrawn(draws.size, failing(draws, passesAt), draws.drawn) : 0,
    cost: expectedCost(shape, fixed, draws),
  });
}

function failing({ first, size, drawn }: IndexDraws, passesAt: (index: number) => boolean): number {
  if (drawn === 0) return 0;
  let count = 0;
  for (let index = first; index < first + size; index++) if (!passesAt(index)) count++;
  return count;
}

function expectedCost({ continuity, truncation }: RasticShape, fixed: number[], draws: IndexDraws): VerificationCost {
  const { first, size, drawn } = draws;
  const meanIndex = first + (size - 1) / 2;
  return {
    prefillTokens: expectedFurthest(first, size, drawn, Math.max(0, ...fixed)),
    separatePrefillTokens: (continuity?.sequenceIndex ?? 0) + (truncation?.sequenceIndex ?? 0) + drawn * meanIndex,
    decodeTokens: 0,
  };
}
