/**
 * Speculative decoding: a draft proposes some tokens one by one, the target reads them in one batch and keeps those it would
 * have put itself, and one more of its own.
 *
 * Both sides use the job's position-keyed randomness, so a proposal is kept exactly when it is F(prefix): the output is
 * the target's own, as scoring reads it, and only the price differs. Source: Y. Leviathan, M. Kalman and Y. Matias, Fast
 * inference from transformers via speculative decoding (2023), with shared Gumbel or inverse-CDF noise in place of
 * rejection sampling.
 */
import type { Feed, InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { checkRoom } from "./generate.ts";
import { type NextTokenRule, nextTokenRule } from "./next-token.ts";
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
 * One completion; it uses the first sequence of two different contexts. Errors: as `generate`; `bad-request` for a draft with
 * another vocabulary; AbortError between rounds.
 */
export async function speculate(
  target: InferenceContext,
  draft: InferenceContext,
  request: SpeculativeRequest,
  signal?: AbortSignal,
): Promise<SpeculativeOutput> {
  const { promptTokens, tokenLimit, sampling, seed, proposedTokens } = request;
  for (const context of [target, draft]) checkRoom(context, request, 0);
  if (target === draft)
    throw new InferenceError(
      "bad-request",
      `${target.vocabulary.modelPath} cannot draft for itself: name a smaller model`,
    );
  if (draft.vocabulary.size !== target.vocabulary.size)
    throw new InferenceError(
      "bad-request",
      `${draft.vocabulary.modelPath} has ${draft.vocabulary.size} tokens, the model it drafts for ${target.vocabulary.size}`,
    );
  const rule = nextTokenRule(sampling, seed, target.vocabulary.size, { bare: true });
  for (const context of [target, draft]) await context.shorten(0, 0);

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
        paired: false,
      });
      proposals.push(tokens[0]!);
      spent.draftTokens += fedTokens;
    }
    const text = [...promptTokens, ...outputTokens, ...proposals];
    const { tokens, fedTokens } = await read(target, rule, text, {
      promptTokens: promptTokens.length,
      answers: proposals.length + 1,
      paired: true,
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
    for (const context of [target, draft]) if (context.length(0) > agreed) await context.shorten(0, agreed);
  }
  return { outputTokens, ...spent, draftTokens: Math.max(0, spent.draftTokens) };
}

/**
 * Feeds what the context has not read of a text, and returns the last `answers` predictions. `paired`: never one token alone, which
 * would run the vector kernel of a generation step and round otherwise than scoring does.
 */
async function read(
  context: InferenceContext,
  rule: NextTokenRule,
  text: readonly number[],
  { promptTokens, answers, paired }: { promptTokens: number; answers: number; paired: boolean },
): Promise<{ tokens: number[]; fedTokens: number }> {
  const held = context.length(0);
  const unread = text.slice(held);
  const first = text.length - answers; // the index whose successor is the first that is wanted
  for (const certain of [false, true]) {
    const feed = unread.map((token, i): Feed => {
      const position = held + i + 1 - promptTokens;
      return held + i < first ? { token } : { token, ask: rule.ask(position, null, certain) };
    });
    const [said] = await context.evaluate([{ slot: 0, feed: paired && feed.length === 1 ? [...feed, ...feed] : feed }]);
    const tokens = feed.flatMap(({ ask }, i) =>
      ask === undefined ? [] : [rule.read(held + i + 1 - promptTokens, null, said![i]!)?.token ?? null],
    );
    if (tokens.every((token) => token !== null)) return { tokens, fedTokens: unread.length };
    await context.shorten(0, held);
  }
  throw new InferenceError("lock-step-broken", "an answer over the whole vocabulary left the token in doubt");
}
