/**
 * Many completions advancing together, one token each per call to llama.cpp. Which request runs beside which, and how many, changes
 * nothing of any: requests that are under way always fill the sequences 0, 1, 2, ..., so that llama.cpp computes them as one
 * batch, and the batch has at least as many rows as its kernels for batches want (test/inference/neighbours.test.ts).
 */
import type { InferenceContext } from "./context.ts";
import type { LogitRow } from "./sampling/logit-row.ts";
import type { CallTiming } from "./timing.ts";

/** What follows at a position of the output from the logits there. */
export interface TokenSource<Next extends { readonly token: number }> {
  read(position: number, row: LogitRow): Next;
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
  slot: number;
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
  let live: LiveRequest<Next>[] = [];
  await context.prepareSteps();

  const take = (one: LiveRequest<Next>, next: Next): void => {
    one.outputTokens.push(next.token);
    one.steps.push(next);
    onToken?.(one.index, next.token);
  };
  const settleFinished = (): void => {
    for (const { index, request, outputTokens, steps, prefill, decodeStartMs } of live) {
      if (!request.isFinished(outputTokens)) continue;
      const decode = { tokens: Math.max(0, steps.length - 1), wallMs: performance.now() - decodeStartMs };
      results[index] = { outputTokens, steps, prefill, decode };
    }
    live = live.filter(({ index }) => results[index] === undefined);
  };

  while (waiting.length > 0 || live.length > 0) {
    signal?.throwIfAborted();
    if (waiting.length > 0 && live.length < context.sequences) {
      const one = start(waiting.shift()!, freeSlot(live));
      live.push(one);
      if (!one.request.isFinished(one.outputTokens)) take(one, await prefill(context, one, prefillPieceTokens));
    } else {
      closeGaps(context, live);
      const next: Next[] = [];
      const feeds = live.map(({ slot, outputTokens }) => ({ slot, token: outputTokens.at(-1)! }));
      await context.step(feeds, (row, i) => {
        const { request, outputTokens } = live[i]!;
        next[i] = request.source.read(outputTokens.length, row);
      });
      for (const [i, one] of live.entries()) take(one, next[i]!);
    }
    settleFinished();
  }
  return results;
}

/** The lowest sequence that no request holds. */
function freeSlot(live: readonly { readonly slot: number }[]): number {
  const taken = new Set(live.map(({ slot }) => slot));
  let slot = 0;
  while (taken.has(slot)) slot++;
  return slot;
}

/** Moves requests from the highest sequences into those that nobody holds, and sorts them by sequence. */
function closeGaps<Next extends { readonly token: number }>(
  context: InferenceContext,
  live: LiveRequest<Next>[],
): void {
  live.sort((a, b) => a.slot - b.slot);
  for (let place = 0; place < live.length; place++) {
    if (live[place]!.slot === place) continue;
    const last = live.pop()!;
    context.move(last.slot, place);
    last.slot = place;
    live.splice(place, 0, last);
  }
}

function start<Next extends { readonly token: number }>(
  [index, request]: [number, LockStepRequest<Next>],
  slot: number,
): LiveRequest<Next> {
  const outputTokens = [...(request.outputPrefix ?? [])];
  const decodeStartMs = performance.now();
  return { index, slot, request, outputTokens, steps: [], prefill: { tokens: 0, wallMs: 0 }, decodeStartMs };
}

/** Prompt and prefix are read alone, whole or in pieces of a given length. */
async function prefill<Next extends { readonly token: number }>(
  context: InferenceContext,
  one: LiveRequest<Next>,
  pieceTokens: number,
): Promise<Next> {
  const { slot, request, outputTokens } = one;
  const startMs = performance.now();
  const tokens = [...request.promptTokens, ...outputTokens];
  context.shorten(slot, 0);
  let rest: readonly number[] = tokens;
  for (; rest.length > pieceTokens; rest = rest.slice(pieceTokens))
    await context.evaluate([{ slot, tokens: rest.slice(0, pieceTokens) }]);
  let next: Next | undefined;
  await context.evaluate([{ slot, tokens: rest, asked: [rest.length - 1] }], (row) => {
    next = request.source.read(outputTokens.length, row);
  });
  one.decodeStartMs = performance.now();
  one.prefill = { tokens: tokens.length, wallMs: one.decodeStartMs - startMs };
  return next!;
}
