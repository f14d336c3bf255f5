/**
 * Many completions advancing together, one token each per call to llama.cpp. Which request runs beside which, and how many, changes
 * no token (measured bit-identical; test/inference/generate.test.ts): in a context of several sequences none runs alone, since
 * a batch of one token has other kernels, which under AVX2 round otherwise (F16 weights: up to 3e-3).
 */
import type { Feed, InferenceContext } from "./context.ts";
import type { Answer, Question } from "./next-token.ts";
import type { CallTiming } from "./timing.ts";

/** What to ask about a position, and what follows from the answer; null asks the next attempt's question. */
export interface TokenSource<Next extends { readonly token: number }> {
  question(position: number, attempt: number): Question;
  read(position: number, attempt: number, answer: Answer): Next | null;
}

export interface LockStepRequest<Next extends { readonly token: number }> {
  readonly promptTokens: readonly number[];
  /** Output that is there already; positions count from its start. */
  readonly outputPrefix?: readonly number[];
  readonly source: TokenSource<Next>;
  isFinished(outputTokens: readonly number[]): boolean;
}

export interface LockStepResult<Next> {
  /** Prefix included. */
  readonly outputTokens: readonly number[];
  /** What the source said of each token after the prefix. */
  readonly steps: readonly Next[];
  readonly prefill: CallTiming;
  /** From the first step to this request's last, including the time its neighbours took. */
  readonly decode: CallTiming;
}

/** How prompts are cut into batches. */
export interface LockStepShape {
  /** A prompt goes through in pieces of so many tokens (the last one shorter), at least 2; whole unless given. */
  readonly prefillPieceTokens?: number;
}

export interface LockStepOptions extends LockStepShape {
  readonly onToken?: (request: number, token: number) => void;
  /** Looked at between steps. */
  readonly signal?: AbortSignal | undefined;
}

interface LiveRequest<Next extends { readonly token: number }> {
  readonly index: number;
  readonly slot: number;
  readonly request: LockStepRequest<Next>;
  readonly outputTokens: number[];
  readonly steps: Next[];
  prefill: CallTiming;
  decodeStartMs: number;
}

/** As many at a time as the context has sequences; a request that ends makes room for the next. The caller has checked them. */
export async function runInLockStep<Next extends { readonly token: number }>(
  context: InferenceContext,
  requests: readonly LockStepRequest<Next>[],
  { onToken, signal, prefillPieceTokens = Number.POSITIVE_INFINITY }: LockStepOptions = {},
): Promise<LockStepResult<Next>[]> {
  const results: LockStepResult<Next>[] = [];
  const waiting = [...requests.entries()];
  const freeSlots = Array.from({ length: context.sequences }, (_, slot) => slot);
  let live: LiveRequest<Next>[] = [];

  const take = (one: LiveRequest<Next>, next: Next): void => {
    one.outputTokens.push(next.token);
    one.steps.push(next);
    onToken?.(one.index, next.token);
  };
  const settleFinished = (): void => {
    for (const { index, slot, request, outputTokens, steps, prefill, decodeStartMs } of live) {
      if (!request.isFinished(outputTokens)) continue;
      const decode = { tokens: Math.max(0, steps.length - 1), wallMs: performance.now() - decodeStartMs };
      results[index] = { outputTokens, steps, prefill, decode };
      freeSlots.push(slot);
    }
    live = live.filter(({ index }) => results[index] === undefined);
  };

  while (waiting.length > 0 || live.length > 0) {
    signal?.throwIfAborted();
    if (waiting.length > 0 && freeSlots.length > 0) {
      const one = start(waiting.shift()!, freeSlots.shift()!);
      live.push(one);
      if (!one.request.isFinished(one.outputTokens)) take(one, await prefill(context, one, prefillPieceTokens));
    } else {
      const next = await decodeStep(context, live);
      for (const [i, one] of live.entries()) take(one, next[i]!);
    }
    settleFinished();
  }
  return results;
}

function start<Next extends { readonly token: number }>(
  [index, request]: [number, LockStepRequest<Next>],
  slot: number,
): LiveRequest<Next> {
  const outputTokens = [...(request.outputPrefix ?? [])];
  const decodeStartMs = performance.now();
  return { index, slot, request, outputTokens, steps: [], prefill: { tokens: 0, wallMs: 0 }, decodeStartMs };
}

/**
 * Prompt and prefix go through alone and in one batch, or in pieces of a given length, so that their rounding does not depend on
 * other prompts' lengths.
 */
async function prefill<Next extends { readonly token: number }>(
  context: InferenceContext,
  one: LiveRequest<Next>,
  pieceTokens: number,
): Promise<Next> {
  const { slot, request, outputTokens } = one;
  const startMs = performance.now();
  const tokens = [...request.promptTokens, ...outputTokens];
  const position = outputTokens.length;
  for (let attempt = 0; ; attempt++) {
    await context.shorten(slot, 0);
    const feed = tokens.map((token): Feed => ({ token }));
    feed[tokens.length - 1] = { token: tokens.at(-1)!, ask: request.source.question(position, attempt) };
    const answer = await feedInPieces(context, slot, feed, pieceTokens);
    const next = request.source.read(position, attempt, answer);
    if (next === null) continue;
    one.decodeStartMs = performance.now();
    one.prefill = { tokens: tokens.length, wallMs: one.decodeStartMs - startMs };
    return next;
  }
}

/** The answer behind the last token. */
async function feedInPieces(
  context: InferenceContext,
  slot: number,
  feed: readonly Feed[],
  pieceTokens: number,
): Promise<Answer> {
  let rest = feed;
  while (rest.length > pieceTokens) {
    await context.evaluate([{ slot, feed: rest.slice(0, pieceTokens) }]);
    rest = rest.slice(pieceTokens);
  }
  const [answers] = await context.evaluate([{ slot, feed: rest }]);
  return answers!.at(-1)!;
}

/** One token for every live sequence in one call; those whose answer did not settle it are asked the next question. */
async function decodeStep<Next extends { readonly token: number }>(
  context: InferenceContext,
  live: readonly LiveRequest<Next>[],
): Promise<Next[]> {
  const next: Next[] = [];
  let asked = [...live.keys()];
  for (let attempt = 0; asked.length > 0; attempt++) {
    const those = asked.map((i) => live[i]!);
    if (attempt > 0) for (const { slot } of those) await context.shorten(slot, context.length(slot) - 1);
    const answers = await feedLastTokens(context, those, attempt);
    for (const [n, i] of asked.entries()) {
      const { request, outputTokens } = live[i]!;
      const read = request.source.read(outputTokens.length, attempt, answers[n]!);
      if (read !== null) next[i] = read;
    }
    asked = asked.filter((i) => next[i] === undefined);
  }
  return next;
}

async function feedLastTokens<Next extends { readonly token: number }>(
  context: InferenceContext,
  live: readonly LiveRequest<Next>[],
  attempt: number,
): Promise<Answer[]> {
  const paired = context.numerics.decodeShape === "paired";
  const feeds = live.map(({ slot, request, outputTokens }) => {
    const token = outputTokens.at(-1)!;
    const feed: Feed[] = [{ token, ask: request.source.question(outputTokens.length, attempt) }];
    return { slot, feed: paired ? [...feed, { token }] : feed };
  });
  const companion = paired || feeds.length > 1 ? null : freeSlot(context, live[0]!.slot);
  const answers = await context.evaluate(
    companion === null ? feeds : [...feeds, { slot: companion, feed: feeds[0]!.feed }],
  );
  if (companion !== null) await context.shorten(companion, 0);
  if (paired) for (const { slot } of live) await context.shorten(slot, context.length(slot) - 1);
  return answers.slice(0, live.length).map(([answer]) => answer!);
}

/** Any other sequence of the context; null where there is none. Whoever comes into it later clears it first. */
function freeSlot({ sequences }: InferenceContext, taken: number): number | null {
  return sequences === 1 ? null : (taken + 1) % sequences;
}
