/**
 * What a client sends a neighbour to have one index checked (whitepaper 2.5.3).
 *
 * 2023.1 discloses the claim: the whole output goes along, with the token under test in it. 2026.1 withholds it: only the
 * tokens before the index go out, which is all that F needs.
 */

import type { ClaimedOutput } from "../rastic/claimed-output.ts";
import { err, ok, type Result } from "../result.ts";
import type { RuleSet } from "../revisions.ts";

export interface VerificationRequest {
  readonly jobId: string;
  readonly seed: number;
  readonly inputTokens: readonly number[];
  /** All of the claimed output in 2023.1, in 2026.1 what of it stands before the index. */
  readonly outputTokens: readonly number[];
  readonly sequenceIndex: number;
}

/** Rejection: request-index, for an index outside R or with nothing before it. */
export function verificationRequest(
  rules: RuleSet,
  jobId: string,
  seed: number,
  output: ClaimedOutput,
  sequenceIndex: number,
): Result<VerificationRequest> {
  const { inputTokens, outputTokens } = output;
  const length = inputTokens.length + outputTokens.length;
  if (!Number.isInteger(sequenceIndex) || sequenceIndex < 1 || sequenceIndex >= length)
    return err("request-index", `index ${sequenceIndex} of a sequence of ${length}: expected 1 to ${length - 1}`);
  if (rules.outsourcing === "claim-disclosed") return ok({ jobId, seed, inputTokens, outputTokens, sequenceIndex });
  return ok({
    jobId,
    seed,
    inputTokens: inputTokens.slice(0, sequenceIndex),
    outputTokens: outputTokens.slice(0, Math.max(0, sequenceIndex - inputTokens.length)),
    sequenceIndex,
  });
}

/** What the reference model is to continue: R[0 .. sequenceIndex - 1]. */
export function prefixOf({ inputTokens, outputTokens, sequenceIndex }: VerificationRequest): number[] {
  return [...inputTokens, ...outputTokens].slice(0, sequenceIndex);
}
