/**
 * Teacher forcing: what the reference model says at each position of a claimed output, given the output's own prefix.
 * One pass over prompt + claim, whatever the number of positions.
 */
import type { InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { type NextTokenRule, nextTokenRule, type PositionLogits } from "./next-token.ts";
import type { LogitRow } from "./sampling/logit-row.ts";
import { checkSampling, type Sampling } from "./sampling/sampling.ts";
import { type CallTiming, timed } from "./timing.ts";

/**
 * How much to say about each position: the reference token only; also the raw logits and the margin; also the claimed
 * token's rank and the entropy.
 */
export type ScoreDetail = "token" | "logits" | "distribution";

export interface ScoreRequest {
  readonly promptTokens: readonly number[];
  readonly outputTokens: readonly number[];
  readonly sampling: Sampling;
  readonly seed: number;
  /** Output positions, from 0; all of them unless given. Order and repeats do not matter. */
  readonly positions?: readonly number[];
  /** Also what the model says inside the input, where the whitepaper's RASTiC may look: the reference tokens alone. */
  readonly insideInput?: boolean;
  readonly detail: ScoreDetail;
}

export interface ScoredPosition {
  /** Output position, from 0. */
  readonly position: number;
  readonly claimedToken: number;
  /** F(claimed prefix): what an honest generator would have put here. */
  readonly referenceToken: number;
  /** Whether the two are the same: a consistent position. */
  readonly consistent: boolean;
  readonly logits: PositionLogits | null;
  readonly margin: number | null;
  /** ln of the claimed token's probability at temperature 1 over the whole vocabulary. */
  readonly logProbability: number | null;
  /** 1 for the model's favourite. */
  readonly rank: number | null;
  readonly entropyNats: number | null;
}

export interface Scoring {
  readonly positions: readonly ScoredPosition[];
  /** F(input[0..i-1]) for i = 1 .. A-1; null unless asked for. Randomness is keyed by the position -(A-i). */
  readonly inputReferenceTokens: readonly number[] | null;
  /** Tokens fed and time taken. */
  readonly timing: CallTiming;
}

/** Scores one claimed output. Errors: `empty-prompt`, `unknown-token`, `context-exceeded`, `bad-sampling`, `bad-request`, `bad-logits`. */
export async function score(context: InferenceContext, request: ScoreRequest): Promise<Scoring> {
  const wanted = checkRequest(context, request);
  const { promptTokens, outputTokens, sampling, seed, detail, insideInput = false } = request;
  const rule = nextTokenRule(sampling, seed, { bare: detail === "token" });
  const inputRule = nextTokenRule(sampling, seed, { bare: true });
  const inside = insideInput
    ? Array.from({ length: promptTokens.length - 1 }, (_, i) => i + 1 - promptTokens.length)
    : [];

  const positions: ScoredPosition[] = [];
  const inputReferenceTokens: number[] = [];
  const first = promptTokens.length - 1; // the logits for output position 0 stand behind the prompt's last token
  const tokens = [...promptTokens, ...outputTokens.slice(0, wanted.at(-1)!)];
  const asked = [...inside, ...wanted].map((position) => first + position);
  const { value: fedTokens, wallMs } = await timed(() => {
    context.shorten(0, 0);
    return context.evaluate([{ slot: 0, tokens, asked }], (row, _, index) => {
      const position = index - first;
      if (position < 0) inputReferenceTokens.push(inputRule.read(position, null, row).token);
      else positions.push(scoredPosition(position, outputTokens[position]!, row, rule, detail));
    });
  });
  return {
    positions,
    inputReferenceTokens: insideInput ? inputReferenceTokens : null,
    timing: { tokens: fedTokens, wallMs },
  };
}

function scoredPosition(
  position: number,
  claimedToken: number,
  row: LogitRow,
  rule: NextTokenRule,
  detail: ScoreDetail,
): ScoredPosition {
  const { token, logits, margin } = rule.read(position, claimedToken, row);
  const full = detail === "distribution";
  return {
    position,
    claimedToken,
    referenceToken: token,
    consistent: token === claimedToken,
    logits,
    margin,
    logProbability: logits === null ? null : logits.claimedLogit - logits.logSumExp,
    rank: full ? row.rank(claimedToken) : null,
    entropyNats: full ? row.entropyNats : null,
  };
}

function checkRequest(context: InferenceContext, request: ScoreRequest): number[] {
  const { promptTokens, outputTokens, sampling, seed } = request;
  if (promptTokens.length === 0) throw new InferenceError("empty-prompt", "the prompt has no token");
  context.vocabulary.check(promptTokens, "promptTokens");
  context.vocabulary.check(outputTokens, "outputTokens");
  checkSampling(sampling, seed);
  const all = Array.from(outputTokens, (_, i) => i);
  const wanted = [...new Set(request.positions ?? all)].sort((a, b) => a - b);
  const bad = wanted.find(
    (position) => !(Number.isInteger(position) && position >= 0 && position < outputTokens.length),
  );
  if (bad !== undefined)
    throw new InferenceError(
      "bad-request",
      `position ${bad}: the output has positions 0 to ${outputTokens.length - 1}`,
    );
  if (wanted.length === 0) throw new InferenceError("bad-request", "no position to score: the output is empty");
  return wanted;
}
