/**
 * What a RASTiC verifier is given: the claimed output and the job's terms that bear on it.
 *
 * The end token, when the model produced one, is the last element of `outputTokens` and counts towards `tokenLimit`.
 */
import { err, ok, type Result } from "../result.ts";

export interface ClaimedOutput {
  /** A tokens, at least one: no model predicts from nothing (a tokeniser's begin token is enough). */
  readonly inputTokens: readonly number[];
  /** B tokens, possibly none. */
  readonly outputTokens: readonly number[];
  /** Every token that ends a text for this model; empty for a model without one, or to measure past it. */
  readonly endTokens: readonly number[];
  /** T, the number of tokens the job asked for at most; at least 1. */
  readonly tokenLimit: number;
}

/** Rejects what no verifier can plan for: tokens that are no output. A cheat's output is well-formed and passes here. */
export function checkClaimedOutput(output: ClaimedOutput): Result<ClaimedOutput> {
  if (output.inputTokens.length === 0)
    return err("rastic-empty-input", "the input has no token, so there is no prefix to predict from");
  if (!Number.isSafeInteger(output.tokenLimit) || output.tokenLimit < 1)
    return err("rastic-token-limit", `token limit ${output.tokenLimit}: expected a whole number of at least 1`);
  for (const [name, tokens] of Object.entries({
    inputTokens: output.inputTokens,
    outputTokens: output.outputTokens,
    endTokens: output.endTokens,
  })) {
    const bad = tokens.findIndex((token) => !isToken(token));
    if (bad >= 0) return err("rastic-token", `${name}[${bad}] is ${tokens[bad]}: expected a token number, 0 to 2^32-1`);
  }
  return ok(output);
}

function isToken(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}
