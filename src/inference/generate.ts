/** Autoregressive generation, many requests in lock step, with randomness keyed by (seed, output position). */
import type { Feed, InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import type { NextToken, NextTokenRule, PositionLogits } from "./next-token.ts";
import { nextTokenRule } from "./next-token.ts";
import { checkSampling, type Sampling } from "./sampling/sampling.ts";
import type { CallTiming } from "./timing.ts";

export interface GenerateRequest {
  readonly promptTokens: readonly number[];
  /** Most tokens to produce, the end token included. */
  readonly tokenLimit: number;
  readonly sampling: Sampling;
  readonly seed: number;
  /** Go on after an end token, so that a timing covers exactly `tokenLimit` tokens. F itself is unchanged. */
  readonly ignoreEndToken?: boolean;
}

export interface Completion {
  readonly outputTokens: readonly number[];
  readonly stop: "end-token" | "limit";
  /** What the generator saw at each position; null under `inverse-cdf` sampling. */
  readonly logits: readonly (PositionLogits | null)[];
  readonly prefill: CallTiming;
  /** From the first step to this request's last, including the time its neighbours in lock step took. */
  readonly decode: CallTiming;
}

export interface GenerateOptions {
  readonly onToken?: (request: number, token: number) => void;
  readonly signal?: AbortSignal;
}

interface LiveRequest {
  readonly index: number;
  readonly slot: number;
  readonly request: GenerateRequest;
  readonly rule: NextTokenRule;
  readonly outputTokens: number[];
  readonly logits: (PositionLogits | null)[];
  prefill: CallTiming;
  decodeStartMs: number;
}

/**
 * Completes all requests, as many at a time as the context has sequences; a request that ends makes room for the next.
 * Tokens do not depend on which requests run side by side (measured bit-identical; test/inference/generate.test.ts).
 *
 * Errors: `empty-prompt`, `unknown-token`, `context-exceeded`, `no-end-token`, `bad-sampling`, `bad-request`, each
 * before anything is computed.
 */
export async function generate(
  context: InferenceContext,
  requests: readonly GenerateRequest[],
  options: GenerateOptions = {},
): Promise<Completion[]> {
  for (const [index, request] of requests.entries()) checkRequest(context, request, index);
  const completions: Completion[] = [];
  const waiting = requests.map((request, index) => ({ request, index }));
  const freeSlots = Array.from({ length: context.sequences }, (_, slot) => slot);
  let live: LiveRequest[] = [];

  const take = (one: LiveRequest, next: NextToken): void => {
    one.outputTokens.push(next.token);
    one.logits.push(next.logits);
    options.onToken?.(one.index, next.token);
  };
  const settleFinished = (): void => {
    for (const one of live) {
      const stop = stopReason(context, one);
      if (stop === null) continue;
      const { outputTokens, logits, prefill } = one;
      const decode = { tokens: outputTokens.length - 1, wallMs: performance.now() - one.decodeStartMs };
      completions[one.index] = { outputTokens, stop, logits, prefill, decode };
      freeSlots.push(one.slot);
    }
    live = live.filter((one) => completions[one.index] === undefined);
  };

  while (waiting.length > 0 || live.length > 0) {
    options.signal?.throwIfAborted();
    if (waiting.length > 0 && freeSlots.length > 0) {
      const one = startRequest(context, waiting.shift()!, freeSlots.shift()!);
      live.push(one);
      take(one, await prefill(context, one));
    } else {
      const next = await decodeStep(context, live);
      for (const [i, one] of live.entries()) take(one, next[i]!);
    }
    settleFinished();
  }
  return completions;
}

function startRequest(
  context: InferenceContext,
  { request, index }: { request: GenerateRequest; index: number },
  slot: number,
): LiveRequest {
  const rule = nextTokenRule(request.sampling, request.seed, context.vocabulary.size);
  return {
    index,
    slot,
    request,
    rule,
    outputTokens: [],
    logits: [],
    prefill: { tokens: 0, wallMs: 0 },
    decodeStartMs: 0,
  };
}

/** The prompt goes through alone and in one batch, so that its rounding does not depend on other prompts' lengths. */
async function prefill(context: InferenceContext, one: LiveRequest): Promise<NextToken> {
  const { promptTokens } = one.request;
  const startMs = performance.now();
  const attempt = async (certain: boolean): Promise<NextToken | null> => {
    await context.shorten(one.slot, 0);
    const ask = one.rule.ask(0, null, certain);
    const last = promptTokens.length - 1;
    const feed = promptTokens.map((token, i): Feed => (i === last ? { token, ask } : { token }));
    const [answers] = await context.evaluate([{ slot: one.slot, feed }]);
    return one.rule.read(0, null, answers![last]!);
  };
  const next = (await attempt(false)) ?? (await attempt(true))!;
  one.decodeStartMs = performance.now();
  one.prefill = { tokens: promptTokens.length, wallMs: one.decodeStartMs - startMs };
  return next;
}

/** One token for every live sequence in one call; the few whose cheap answer left a doubt are asked once more. */
async function decodeStep(context: InferenceContext, live: readonly LiveRequest[]): Promise<NextToken[]> {
  const next = await feedLastTokens(context, live, false);
  const doubtful = live.filter((_, i) => next[i] === null);
  if (doubtful.length > 0) {
    for (const { slot } of doubtful) await context.shorten(slot, context.length(slot) - 1);
    const surely = await feedLastTokens(context, doubtful, true);
    for (const [i, one] of doubtful.entries()) next[live.indexOf(one)] = surely[i]!;
  }
  return next as NextToken[];
}

async function feedLastTokens(
  context: InferenceContext,
  live: readonly LiveRequest[],
  certain: boolean,
): Promise<(NextToken | null)[]> {
  const paired = context.numerics.decodeShape === "paired";
  const feeds = live.map(({ slot, rule, outputTokens }) => {
    const token = outputTokens.at(-1)!;
    const feed: Feed[] = [{ token, ask: rule.ask(outputTokens.length, null, certain) }];
    return { slot, feed: paired ? [...feed, { token }] : feed };
  });
  const answers = await context.evaluate(feeds);
  if (paired) for (const { slot } of live) await context.shorten(slot, context.length(slot) - 1);
  return live.map(({ rule, outputTokens }, i) => rule.read(outputTokens.length, null, answers[i]![0]!));
}

function stopReason(context: InferenceContext, { request, outputTokens }: LiveRequest): Completion["stop"] | null {
  if (!request.ignoreEndToken && context.vocabulary.isEndToken(outputTokens.at(-1)!)) return "end-token";
  return outputTokens.length >= request.tokenLimit ? "limit" : null;
}

function checkRequest(context: InferenceContext, request: GenerateRequest, index: number): void {
  const { promptTokens, tokenLimit, sampling, seed, ignoreEndToken } = request;
  const { vocabulary, contextTokens, numerics } = context;
  if (promptTokens.length === 0) throw new InferenceError("empty-prompt", `request ${index}: the prompt has no token`);
  vocabulary.check(promptTokens, `request ${index}: promptTokens`);
  checkSampling(sampling, seed);
  if (!(Number.isSafeInteger(tokenLimit) && tokenLimit >= 1))
    throw new InferenceError("bad-request", `request ${index}: token limit ${tokenLimit}: expected at least 1`);
  if (vocabulary.endTokens.length === 0 && !ignoreEndToken)
    throw new InferenceError(
      "no-end-token",
      `${vocabulary.modelPath} names no end token, so a text never ends by itself; ask to ignore the end token`,
    );
  // The last token is produced, not fed; a paired step needs room for its throw-away neighbour.
  const needed = promptTokens.length + tokenLimit - 1 + (numerics.decodeShape === "paired" ? 1 : 0);
  if (needed > contextTokens)
    throw new InferenceError(
      "context-exceeded",
      `request ${index}: a prompt of ${promptTokens.length} tokens and ${tokenLimit} to generate need ${needed} of context, ` +
        `which has ${contextTokens}; shorten the prompt or the limit, or open a longer context`,
    );
}
