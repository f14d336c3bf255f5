/**
 * Speculative decoding: a draft proposes some tokens one by one, the target reads them in one batch and keeps those it would
 * have put itself, and one more of its own.
 *
 * Both sides use the job's position-keyed randomness, so a proposal is kept exactly when it is F(prefix): the output is
 * the target's own, as scoring reads it, and only the price differs. Source: Y. Leviathan, M. Kalman and Y. Matias, Fast
 * inference from transformers via speculative decoding (2023), with shared Gumbel or inverse-CDF noise in place of
 * rejection sampling.
 */
import type { InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { checkContextSize } from "./generate.ts";
import { type NextTokenRule, nextTokenRule } from "./next-token.ts";
import { requireSameVocabulary } from "./same-vocabulary.ts";
import type { LogitRow } from "./sampling/logit-row.ts";
import type { Sampling } from "./sampling/sampling.ts";

export interface SpeculativeRequest {
  readonly promptTokens: readonly number[];
  /** Most output tokens, the end token included. */
  readonly tokenLimit: number;
  readonly sampling: Sampling;
  readonly seed: number;
  /** Most tokens that the draft proposes at a time; at least 1. */
  readonly proposedTokens: number;
}

export interface SpeculativeOutput {
  readonly outputTokens: readonly number[];
  /** Tokens that the target read, in batches: the prompt, its own tokens and all proposals, kept or not. */
  readonly targetTokens: number;
  /** Tokens that the draft was fed one or two at a time; the prompt is not among them. */
  readonly draftTokens: number;
  readonly proposed: number;
  readonly kept: number;
}

/**
 * One completion; it uses the first sequence of two different contexts. Errors: as `generate`; ModelFileError
 * `other-vocabulary` for a draft of another one; AbortError between rounds.
 */
export async function speculate(
  target: InferenceContext,
  draft: InferenceContext,
  request: SpeculativeRequest,
  signal?: AbortSignal,
): Promise<SpeculativeOutput> {
  const { promptTokens, tokenLimit, sampling, seed, proposedTokens } = request;
  for (const context of [target, draft]) checkContextSize(context, request, 0);
  if (target === draft)
    throw new InferenceError(
      "bad-request",
      `${target.vocabulary.modelPath} cannot draft for itself: name a smaller model`,
    );
  if (draft.vocabulary.sha256 !== target.vocabulary.sha256)
    requireSameVocabulary(draft.vocabulary.modelPath, target.vocabulary.modelPath);
  const rule = nextTokenRule(sampling, seed, { bare: true });
  for (const context of [target, draft]) context.shorten(0, 0);

  const outputTokens: number[] = [];
  const spent = { targetTokens: 0, draftTokens: -promptTokens.length, proposed: 0, kept: 0 };
  const ended = () =>
    outputTokens.length >= tokenLimit ||
    (outputTokens.length > 0 && target.vocabulary.isEndToken(outputTokens.at(-1)!));
  while (!ended()) {
    signal?.throwIfAborted();
    const proposals: number[] = [];
    // The target's own token comes behind them, so one place of the limit stays free.
    const most = Math.min(proposedTokens, tokenLimit - outputTokens.length - 1);
    while (proposals.length < most && !target.vocabulary.isEndToken(proposals.at(-1) ?? -1)) {
      const text = [...promptTokens, ...outputTokens, ...proposals];
      const { tokens, fedTokens } = await read(draft, rule, text, {
        promptTokens: promptTokens.length,
        answers: 1,
        isDraft: true,
      });
      proposals.push(tokens[0]!);
      spent.draftTokens += fedTokens;
    }
    const text = [...promptTokens, ...outputTokens, ...proposals];
    const { tokens, fedTokens } = await read(target, rule, text, {
      promptTokens: promptTokens.length,
      answers: proposals.length + 1,
      isDraft: false,
    });
    spent.targetTokens += fedTokens;
    spent.proposed += proposals.length;
    for (const [i, token] of tokens.entries()) {
      outputTokens.push(token);
      if (token === proposals[i]) spent.kept++;
      if (token !== proposals[i] || ended()) break;
    }
    // The last token was not fed, or not as what it turned out to be.
    const agreed = promptTokens.length + outputTokens.length - 1;
    for (const context of [target, draft]) context.shorten(0, agreed);
  }
  return { outputTokens, ...spent, draftTokens: Math.max(0, spent.draftTokens) };
}

/**
 * Feeds what the context has not read of a text, and returns the last `answers` predictions. The target reads as scoring does, in batches;
 * a draft's single tokens go alone, which costs it less and the output nothing.
 */
async function read(
  context: InferenceContext,
  rule: NextTokenRule,
  text: readonly number[],
  { promptTokens, answers, isDraft }: { promptTokens: number; answers: number; isDraft: boolean },
): Promise<{ tokens: number[]; fedTokens: number }> {
  const held = context.length(0);
  const unread = text.slice(held);
  const asked = Array.from({ length: answers }, (_, i) => unread.length - answers + i);
  const tokens: number[] = [];
  const take = (row: LogitRow, _: number, index: number): void => {
    tokens.push(rule.read(held + index + 1 - promptTokens, null, row).token);
  };
  if (isDraft && unread.length === 1) await context.step([{ slot: 0, token: unread[0]! }], take, "alone");
  else await context.evaluate([{ slot: 0, tokens: unread, asked }], take);
  return { tokens, fedTokens: unread.length };
}
