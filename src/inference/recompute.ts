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
import type { Feed, InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { type NextTokenRule, nextTokenRule } from "./next-token.ts";
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
 * `indices` (ascending; the last of them is `last`). Answers left in doubt are asked again with the whole vocabulary.
 */
async function evaluatePrefix(
  context: InferenceContext,
  request: RecomputeRequest,
  held: number,
  indices: readonly number[],
): Promise<Run> {
  const { promptTokens, outputTokens, sampling, seed } = request;
  const rule = nextTokenRule(sampling, seed, context.vocabulary.size);
  const sequence = [...promptTokens, ...outputTokens];
  const last = indices.at(-1)!;
  const position = (index: number): number => index - promptTokens.length;

  const ask = async (asked: readonly number[], certain: boolean): Promise<{ next: (number | null)[]; fed: number }> => {
    await context.shorten(0, held);
    // A single token would run the vector kernel of a generation step: its neighbour goes along and is then forgotten.
    const end = last - held === 1 ? last + 1 : last;
    const feed: Feed[] = sequence.slice(held, end).map((token) => ({ token }));
    for (const index of asked) {
      const at = index - 1 - held;
      feed[at] = { token: feed[at]!.token, ask: rule.ask(position(index), null, certain) };
    }
    const [answers] = await context.evaluate([{ slot: 0, feed }]);
    if (end > last) await context.shorten(0, last);
    return { next: asked.map((index) => read(rule, position(index), answers![index - 1 - held]!)), fed: feed.length };
  };

  const first = await ask(indices, false);
  const tokens = new Map(indices.map((index, i) => [index, first.next[i]!]));
  const doubtful = indices.filter((_, i) => first.next[i] === null);
  if (doubtful.length === 0) return { tokens, fedTokens: first.fed };
  const second = await ask(doubtful, true);
  for (const [i, index] of doubtful.entries()) tokens.set(index, second.next[i]!);
  return { tokens, fedTokens: first.fed + second.fed };
}

function read(rule: NextTokenRule, position: number, answer: Parameters<NextTokenRule["read"]>[2]): number | null {
  return rule.read(position, null, answer)?.token ?? null;
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
