/**
 * What a RASTiC verifier is told: the claimed output and the job's terms that bear on it.
 *
 * The end token, when the model produced one, is the last element of `outputTokens` and counts towards `tokenLimit`.
 */
import { accept, type Outcome, refuse } from "../outcome.ts";

export interface RasticClaim {
  /** A tokens, at least one: no model predicts from nothing (a tokeniser's begin token is enough). */
  readonly inputTokens: readonly number[];
  /** B tokens, possibly none. */
  readonly outputTokens: readonly number[];
  /** Every token that ends a text for this model; empty for a model without one, or to measure past it. */
  readonly endTokens: readonly number[];
  /** T, the number of tokens the job asked for at most; at least 1. */
  readonly tokenLimit: number;
}

/** Refuses what no verifier can plan for: a claim that is not one. Cheated claims are well-formed and pass here. */
export function checkClaim(claim: RasticClaim): Outcome<RasticClaim> {
  if (claim.inputTokens.length === 0)
    return refuse("rastic-empty-input", "the input has no token, so there is no prefix to predict from");
  if (!Number.isSafeInteger(claim.tokenLimit) || claim.tokenLimit < 1)
    return refuse("rastic-token-limit", `token limit ${claim.tokenLimit}: expected a whole number of at least 1`);
  for (const [name, tokens] of Object.entries({
    inputTokens: claim.inputTokens,
    outputTokens: claim.outputTokens,
    endTokens: claim.endTokens,
  })) {
    const bad = tokens.findIndex((token) => !isToken(token));
    if (bad >= 0)
      return refuse("rastic-token", `${name}[${bad}] is ${tokens[bad]}: expected a token number, 0 to 2^32-1`);
  }
  return accept(claim);
}

function isToken(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}
