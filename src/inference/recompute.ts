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
import type { InferenceContext, SequenceFeed } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { nextTokenRule } from "./next-token.ts";
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
    referenceTokens: new Map(runs.flatMap(({ tokens }) => tokens.flatMap((each) => [...each]))),
    timing: { tokens: runs.reduce((sum, { fedTokens }) => sum + fedTokens, 0), wallMs },
  };
}

/**
 * One pass for several requests at once, each in a sequence of its own: the one-pass form of a verifier with many jobs.
 * Logits are bit for bit those that each request gets alone (test/inference/recompute-together.test.ts).
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
  const { value, wallMs } = await timed(() => evaluateTogether(context, requests));
  return { referenceTokens: value.tokens, timing: { tokens: value.fedTokens, wallMs } };
}

async function evaluateTogether(context: InferenceContext, requests: readonly RecomputeRequest[]): Promise<Run> {
  const feeds = requests.map((request, slot) => feedOf(request, slot, 0, ascending(request.sequenceIndices)));
  const tokens = requests.map(() => new Map<number, number>());
  for (const { slot } of feeds) context.shorten(slot, 0);
  const rules = requests.map(({ sampling, seed }) => nextTokenRule(sampling, seed, { bare: true }));
  const fedTokens = await context.evaluate(feeds, (row, i, at) => {
    const index = at + 1;
    tokens[i]!.set(index, rules[i]!.read(index - requests[i]!.promptTokens.length, null, row).token);
  });
  return { tokens, fedTokens };
}

function ascending(indices: readonly number[]): number[] {
  return [...new Set(indices)].sort((a, b) => a - b);
}

/** R[held..last-1], asked about at the tokens before `indices` (ascending; the last of them is `last`). */
function feedOf(
  { promptTokens, outputTokens }: RecomputeRequest,
  slot: number,
  held: number,
  indices: readonly number[],
): SequenceFeed {
  const sequence = [...promptTokens, ...outputTokens];
  return { slot, tokens: sequence.slice(held, indices.at(-1)!), asked: indices.map((index) => index - 1 - held) };
}

interface Run {
  /** For each request: sequenceIndex -> reference token. */
  readonly tokens: readonly ReadonlyMap<number, number>[];
  readonly fedTokens: number;
}

async function evaluateForm(
  form: RecomputeForm,
  contexts: readonly InferenceContext[],
  request: RecomputeRequest,
): Promise<Run[]> {
  const context = contexts[0]!;
  const inOrder = ascending(request.sequenceIndices);
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

/** Feeds R[held..last-1] to a sequence that holds R[0..held-1] or more, and reads the tokens at `indices` (ascending; the last is `last`). */
async function evaluatePrefix(
  context: InferenceContext,
  request: RecomputeRequest,
  held: number,
  indices: readonly number[],
): Promise<Run> {
  const rule = nextTokenRule(request.sampling, request.seed, { bare: true });
  const tokens = new Map<number, number>();
  context.shorten(0, held);
  const fedTokens = await context.evaluate([feedOf(request, 0, held, indices)], (row, _, at) => {
    const index = held + at + 1;
    tokens.set(index, rule.read(index - request.promptTokens.length, null, row).token);
  });
  return { tokens: [tokens], fedTokens };
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
