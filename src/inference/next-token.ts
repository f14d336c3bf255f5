/**
 * F, the next token of a prefix, read off the model's logits there. Generation and verification use the same rule, so they can only
 * differ by the logits they are given.
 */
import { gumbelScore, gumbelWinner, type TokenLogit, truncate } from "./sampling/gumbel.ts";
import { inverseCdfToken } from "./sampling/inverse-cdf.ts";
import type { LogitRow } from "./sampling/logit-row.ts";
import { positionKey } from "./sampling/position-key.ts";
import type { Sampling } from "./sampling/sampling.ts";

/** The model's raw opinion at one position. Logits are llama.cpp's float32; logarithms are natural. */
export interface PositionLogits {
  readonly topToken: number;
  readonly topLogit: number;
  /** ln of the sum of exp(logit) over the vocabulary: log probability = logit - logSumExp. */
  readonly logSumExp: number;
  readonly claimedLogit: number;
}

export interface NextToken {
  readonly token: number;
  /** Null where only the token was wanted. `claimedLogit` is that of `token` unless one was claimed. */
  readonly logits: PositionLogits | null;
  /**
   * By how much the reference token beats the claimed one, in logits: 0 when they are the same. For `gumbel` this is
   * T x (difference of logit / T + noise), Infinity when top-k or top-p excludes the claimed token. Null for `inverse-cdf`, which
   * keeps no score, and where only the token was wanted.
   */
  readonly margin: number | null;
}

export interface NextTokenRule {
  /** @param claimed the token that somebody claims to stand at this position */
  read(position: number, claimed: number | null, row: LogitRow): NextToken;
}

/** `bare`: only the token is wanted, which spares passes over the vocabulary. */
export function nextTokenRule(
  sampling: Sampling,
  seed: number,
  { bare = false }: { readonly bare?: boolean } = {},
): NextTokenRule {
  const choose = choiceOf(sampling, seed);
  if (bare)
    return {
      read: (position, _claimed, row) => ({ token: choose(position, null, row).token, logits: null, margin: null }),
    };
  return {
    read: (position, claimed, row) => {
      const choice = choose(position, claimed, row);
      return { ...choice, logits: positionLogits(row, claimed ?? choice.token) };
    },
  };
}

function positionLogits(row: LogitRow, claimedToken: number): PositionLogits {
  return {
    topToken: row.topToken,
    topLogit: row.greatest,
    logSumExp: row.logSumExp,
    claimedLogit: row.logits[claimedToken]!,
  };
}

type Choose = (position: number, claimed: number | null, row: LogitRow) => Pick<NextToken, "token" | "margin">;

function choiceOf(sampling: Sampling, seed: number): Choose {
  const { temperature, choice } = sampling;
  if (temperature === 0)
    return (_position, claimed, row) => ({
      token: row.topToken,
      margin: claimed === null ? 0 : row.greatest - row.logits[claimed]!,
    });
  if (choice === "inverse-cdf")
    return (position, _claimed, row) => ({
      token: inverseCdfToken(row, sampling, positionKey(seed, position)[0]!),
      margin: null,
    });
  return gumbelChoice(sampling, seed);
}

function gumbelChoice(sampling: Sampling, seed: number): Choose {
  const { temperature } = sampling;
  return (position, claimed, row) => {
    const key = positionKey(seed, position);
    const allowed = allowedTokens(row, sampling);
    const winner = allowed === null ? row.bestScores(1, temperature, key)[0]! : gumbelWinner(allowed, temperature, key);
    if (claimed === null || claimed === winner.token) return { token: winner.token, margin: 0 };
    const isAllowed = allowed?.some(({ token }) => token === claimed) ?? true;
    const claimedScore = gumbelScore({ token: claimed, logit: row.logits[claimed]! }, temperature, key);
    return {
      token: winner.token,
      margin: isAllowed ? temperature * (winner.score - claimedScore) : Number.POSITIVE_INFINITY,
    };
  };
}

/** The tokens that top-k and then top-p leave, most likely first; null where they leave all. */
function allowedTokens(row: LogitRow, { topK, topP }: Pick<Sampling, "topK" | "topP">): readonly TokenLogit[] | null {
  if (topK === 0 && topP >= 1) return null;
  if (topK > 0) return truncate(row.top(topK), 0, row.vocabularySize, { topK, topP })!;
  // Mostly a few dozen tokens hold the share.
  for (let count = 64; ; count *= 8) {
    const allowed = truncate(row.top(count), row.totalWeight(1), row.vocabularySize, { topK, topP });
    if (allowed !== null) return allowed;
  }
}
