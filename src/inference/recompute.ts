/**
 * What a RASTiC verifier computes: the reference token at a few places of R = input ++ output, and what that costs.
 * Four forms give the same tokens and differ in the work:
 *
 * | form             | work                                                                              |
 * |------------------|-----------------------------------------------------------------------------------|
 * | `prototype`      | one fresh evaluation of the whole prefix per check, as the 2023 code did           |
 * | `prefix-sharing` | checks in order of position, each going on from the last one's KV cache            |
 * | `one-pass`       | one batch over the longest prefix, with an answer at every checked place           |
 * | `concurrent`     | one evaluation per check, all at once, each on a context (and thread) of its own   |
 */
import { askAgain } from "./ask-again.ts";
import { type Feed, type InferenceContext, unread } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { type Answer, type NextTokenRule, nextTokenRule } from "./next-token.ts";
import { checkSampling, type Sampling } from "./sampling/sampling.ts";
import { type CallTiming, timed } from "./timing.ts";

export const recomputeForms = ["prototype", "prefix-sharing", "one-pass", "concurrent"] as const;
export type RecomputeForm = (typeof recomputeForms)[number];

export interface RecomputeRequest {
  readonly promptTokens: readonly number[];
  readonly outputTokens: readonly number[];
  readonly sampling: Sampling;
  readonly seed: number;
  /** 0-based places in R, at least 1 (nothing precedes place 0); `prototype` and `concurrent` evaluate repeats again. */
  readonly sequenceIndices: readonly number[];
}

export interface Recomputation {
  /** sequenceIndex -> F(R[0..sequenceIndex-1]). */
  readonly referenceTokens: ReadonlyMap<number, number>;
  /** Tokens fed to llama.cpp, and the time until the last answer. */
  readonly timing: CallTiming;
}

export interface RecomputationsTogether {
  /** In the order of the requests: sequenceIndex -> F(R[0..sequenceIndex-1]). */
  readonly referenceTokens: readonly ReadonlyMap<number, number>[];
  /** Of the one call for all requests. */
  readonly timing: CallTiming;
}

/**
 * `concurrent` takes one context per check; the other forms use the first one only.
 * Errors: `empty-prompt`, `unknown-token`, `context-exceeded`, `bad-sampling`, `bad-request`.
 */
export async function recompute(
  form: RecomputeForm,
  contexts: readonly InferenceContext[],
  request: RecomputeRequest,
): Promise<Recomputation> {
  checkRequest(form, contexts, request);
  const { value: runs, wallMs } = await timed(() => evaluateForm(form, contexts, request));
  return {
    referenceTokens: new Map(runs.flatMap(({ tokens }) => [...tokens])),
    timing: { tokens: runs.reduce((sum, { fedTokens }) => sum + fedTokens, 0), wallMs },
  };
}

/**
 * One pass for several requests at once, each in a sequence of its own: the one-pass form of a verifier with many jobs.
 * Logits are bit for bit those that each request gets alone (test/inference/recompute-together.test.ts), except under
 * flash attention with an F16 or F32 cache, whose kernel depends on how many tokens llama.cpp puts into one piece.
 *
 * Errors: those of `recompute`, and `bad-request` for more requests than the context has sequences.
 */
export async function recomputeTogether(
  context: InferenceContext,
  requests: readonly RecomputeRequest[],
): Promise<RecomputationsTogether> {
  if (requests.length === 0 || requests.length > context.sequences)
    throw new InferenceError(
      "bad-request",
      `${requests.length} requests in a context of ${context.sequences} sequences`,
    );
  for (const request of requests) checkRequest("one-pass", [context], request);
  const { value: runs, wallMs } = await timed(() => evaluateTogether(context, requests));
  return {
    referenceTokens: runs.map(({ tokens }) => tokens),
    timing: { tokens: runs.reduce((sum, { fedTokens }) => sum + fedTokens, 0), wallMs },
  };
}

async function evaluateTogether(context: InferenceContext, requests: readonly RecomputeRequest[]): Promise<Run[]> {
  const jobs = requests.map((request) => {
    const indices = [...new Set(request.sequenceIndices)].sort((a, b) => a - b);
    const rule = ruleOf(context, request);
    const feed = evenFeed(request, indices.at(-1)!);
    for (const index of indices)
      feed[index - 1] = {
        token: feed[index - 1]!.token,
        ask: rule.ask(index - request.promptTokens.length, null, false),
      };
    return { request, indices, feed: askedInPairs(feed) };
  });
  for (const slot of jobs.keys()) await context.shorten(slot, 0);
  const answers = await context.evaluate(jobs.map(({ feed }, slot) => ({ slot, feed })));

  const runs: Run[] = [];
  for (const [slot, { request, indices, feed }] of jobs.entries()) {
    const read = await readAnswers(context, slot, request, indices, (index) => answers[slot]![index - 1]!);
    runs.push({ tokens: read.tokens, fedTokens: feed.length + read.fedTokens });
  }
  return runs;
}

/**
 * R[0..last-1], with a throw-away token behind an odd number of them. llama.cpp cuts a batch of several sequences into
 * pieces that hold equally many tokens of each sequence still in it; with even lengths no piece is ever one token long,
 * which would run the vector kernel of a generation step.
 */
function evenFeed({ promptTokens, outputTokens }: RecomputeRequest, last: number): Feed[] {
  const sequence = [...promptTokens, ...outputTokens];
  return sequence.slice(0, last + (last % 2)).map((token) => ({ token }));
}

/**
 * Every place asked about with its neighbour (pieces begin and end at even places), whose answer nobody reads: a piece with a
 * single asked place would end on a vector kernel too (context.ts).
 */
function askedInPairs(feed: readonly Feed[]): Feed[] {
  return feed.map((item, at) =>
    item.ask === undefined && feed[at ^ 1]!.ask !== undefined ? { ...item, ask: unread } : item,
  );
}

interface Run {
  readonly tokens: ReadonlyMap<number, number>;
  readonly fedTokens: number;
}

async function evaluateForm(
  form: RecomputeForm,
  contexts: readonly InferenceContext[],
  request: RecomputeRequest,
): Promise<Run[]> {
  const context = contexts[0]!;
  const inOrder = [...new Set(request.sequenceIndices)].sort((a, b) => a - b);
  const runs: Run[] = [];
  switch (form) {
    case "prototype":
      for (const index of request.sequenceIndices) runs.push(await evaluatePrefix(context, request, 0, [index]));
      return runs;
    case "prefix-sharing":
      for (const [i, index] of inOrder.entries())
        runs.push(await evaluatePrefix(context, request, i === 0 ? 0 : inOrder[i - 1]!, [index]));
      return runs;
    case "one-pass":
      return [await evaluatePrefix(context, request, 0, inOrder)];
    case "concurrent":
      return Promise.all(request.sequenceIndices.map((index, i) => evaluatePrefix(contexts[i]!, request, 0, [index])));
  }
}

/**
 * Feeds R[held..last-1] to a sequence that already holds R[0..held-1], and reads the answers that predict the tokens at
 * `indices` (ascending; the last of them is `last`).
 */
async function evaluatePrefix(
  context: InferenceContext,
  request: RecomputeRequest,
  held: number,
  indices: readonly number[],
): Promise<Run> {
  const { promptTokens, outputTokens } = request;
  const rule = ruleOf(context, request);
  const sequence = [...promptTokens, ...outputTokens];
  const last = indices.at(-1)!;
  const position = (index: number): number => index - promptTokens.length;

  await context.shorten(0, held);
  // A single token would run the vector kernel of a generation step: its neighbour goes along and is then forgotten.
  const end = last - held === 1 ? last + 1 : last;
  const feed: Feed[] = sequence.slice(held, end).map((token) => ({ token }));
  for (const index of indices) {
    const at = index - 1 - held;
    feed[at] = { token: feed[at]!.token, ask: rule.ask(position(index), null, false) };
  }
  const [answers] = await context.evaluate([{ slot: 0, feed }]);

  const read = await readAnswers(context, 0, request, indices, (index) => answers![index - 1 - held]!);
  await context.shorten(0, last);
  return { tokens: read.tokens, fedTokens: feed.length + read.fedTokens };
}

/** The tokens that the answers name; those left in doubt are asked again with the whole vocabulary. */
async function readAnswers(
  context: InferenceContext,
  slot: number,
  request: RecomputeRequest,
  indices: readonly number[],
  answerAt: (index: number) => Answer,
): Promise<Run> {
  const rule = ruleOf(context, request);
  const position = (index: number): number => index - request.promptTokens.length;
  const tokens = new Map<number, number>();
  const doubtful: number[] = [];
  for (const index of indices) {
    const next = rule.read(position(index), null, answerAt(index));
    if (next === null) doubtful.push(index);
    else tokens.set(index, next.token);
  }
  const sequence = [...request.promptTokens, ...request.outputTokens];
  const ask = (index: number) => rule.ask(position(index), null, true);
  const { answers, fedTokens } = await askAgain(context, slot, sequence, doubtful, ask);
  for (const [index, answer] of answers) tokens.set(index, rule.read(position(index), null, answer)!.token);
  return { tokens, fedTokens };
}

function ruleOf(context: InferenceContext, { sampling, seed }: RecomputeRequest): NextTokenRule {
  return nextTokenRule(sampling, seed, context.vocabulary.size, { bare: true });
}

function checkRequest(form: RecomputeForm, contexts: readonly InferenceContext[], request: RecomputeRequest): void {
  const { promptTokens, outputTokens, sampling, seed, sequenceIndices } = request;
  const needed = form === "concurrent" ? sequenceIndices.length : 1;
  if (contexts.length < needed)
    throw new InferenceError("bad-request", `form '${form}' needs ${needed} contexts, got ${contexts.length}`);
  if (promptTokens.length === 0) throw new InferenceError("empty-prompt", "the prompt has no token");
  if (sequenceIndices.length === 0) throw new InferenceError("bad-request", "no place to recompute was given");
  const length = promptTokens.length + outputTokens.length;
  const bad = sequenceIndices.find((index) => !(Number.isInteger(index) && index >= 1 && index < length));
  if (bad !== undefined)
    throw new InferenceError("bad-request", `sequence index ${bad}: expected 1 to ${length - 1} (input and output)`);
  for (const context of contexts.slice(0, needed)) {
    context.vocabulary.check(promptTokens, "promptTokens");
    context.vocabulary.check(outputTokens, "outputTokens");
  }
  checkSampling(sampling, seed);
}
