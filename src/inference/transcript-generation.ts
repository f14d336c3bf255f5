/**
 * Generation as strategies need it: many requests in lock step, each able to go on from an output that is already there
 * (randomness stays keyed by the position in the whole output) and to put another token where the model would have its own.
 * A request with neither gives what `generate` gives, token for token (test/inference/transcript-generation.test.ts).
 */
import type { Token } from "node-llama-cpp";
import type { Feed, InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import {
  type Answer,
  greedyRule,
  type NextTokenRule,
  nextTokenRule,
  type Question,
  sortedLogits,
} from "./next-token.ts";
import { gumbelScore } from "./sampling/gumbel.ts";
import { positionKey } from "./sampling/position-key.ts";
import { checkSampling, type Sampling } from "./sampling/sampling.ts";

/** Where a token stands at a position: by how much the sampling's own choice beats it, in logits. */
export interface Standing {
  readonly token: number;
  /**
   * 0 for the choice itself. Greedy and `gumbel`: as in score.ts, noise included, Infinity for what top-k or top-p exclude.
   * `inverse-cdf`: how far the raw logit lies below the highest, since that sampler keeps no score.
   */
  readonly marginLogits: number;
}

export interface Steering {
  /** Tokens whose standing is wanted at every position. */
  readonly watch: readonly number[];
  /** Names the token to put at this position. `standings`: the model's choice, the runners-up, then those watched. */
  choose(position: number, standings: readonly Standing[]): number;
}

export interface ContinuationRequest {
  readonly promptTokens: readonly number[];
  /** Output that is there already; none unless given. */
  readonly outputPrefix?: readonly number[];
  /** Most output tokens, prefix and end token included. */
  readonly tokenLimit: number;
  readonly sampling: Sampling;
  readonly seed: number;
  readonly steering?: Steering;
}

interface LiveRequest {
  readonly index: number;
  readonly slot: number;
  readonly request: ContinuationRequest;
  readonly source: TokenSource;
  readonly outputTokens: number[];
}

/** Whole outputs, prefixes included. Errors: as `generate`, before anything is computed; AbortError between steps. */
export async function continueOutputs(
  context: InferenceContext,
  requests: readonly ContinuationRequest[],
  signal?: AbortSignal,
): Promise<number[][]> {
  for (const [index, request] of requests.entries()) checkRequest(context, request, index);
  const outputs: number[][] = [];
  const waiting = [...requests.entries()];
  const freeSlots = Array.from({ length: context.sequences }, (_, slot) => slot);
  let live: LiveRequest[] = [];

  const settleFinished = (): void => {
    for (const { index, slot, request, outputTokens } of live.filter((one) => isFinished(context, one))) {
      outputs[index] = outputTokens.slice(0, request.tokenLimit);
      freeSlots.push(slot);
    }
    live = live.filter(({ index }) => outputs[index] === undefined);
  };

  while (waiting.length > 0 || live.length > 0) {
    signal?.throwIfAborted();
    if (waiting.length > 0 && freeSlots.length > 0) {
      const [index, request] = waiting.shift()!;
      const source = tokenSource(request, context.vocabulary.size);
      const one = { index, slot: freeSlots.shift()!, request, source, outputTokens: [...(request.outputPrefix ?? [])] };
      live.push(one);
      if (!isFinished(context, one)) one.outputTokens.push(await prefill(context, one));
    } else {
      const next = await decodeStep(context, live);
      for (const [i, { outputTokens }] of live.entries()) outputTokens.push(next[i]!);
    }
    settleFinished();
  }
  return outputs;
}

/** Prompt and prefix in one batch of their own, so that their rounding does not depend on who else is there. */
async function prefill(context: InferenceContext, one: LiveRequest): Promise<number> {
  const position = one.outputTokens.length;
  const tokens = [...one.request.promptTokens, ...one.outputTokens];
  for (let attempt = 0; ; attempt++) {
    await context.shorten(one.slot, 0);
    const feed = tokens.map((token): Feed => ({ token }));
    feed[tokens.length - 1] = { token: tokens.at(-1)!, ask: one.source.question(position, attempt) };
    const [answers] = await context.evaluate([{ slot: one.slot, feed }]);
    const token = one.source.token(position, attempt, answers!.at(-1)!);
    if (token !== null) return token;
  }
}

/** One token for every live sequence; those whose answer did not settle it are asked the next question. */
async function decodeStep(context: InferenceContext, live: readonly LiveRequest[]): Promise<number[]> {
  const next: number[] = [];
  let asked = [...live.keys()];
  for (let attempt = 0; asked.length > 0; attempt++) {
    if (attempt > 0) for (const i of asked) await context.shorten(live[i]!.slot, context.length(live[i]!.slot) - 1);
    const answers = await feedLastTokens(
      context,
      asked.map((i) => live[i]!),
      attempt,
    );
    for (const [n, i] of asked.entries()) {
      const { source, outputTokens } = live[i]!;
      const token = source.token(outputTokens.length, attempt, answers[n]!);
      if (token !== null) next[i] = token;
    }
    asked = asked.filter((i) => next[i] === undefined);
  }
  return next;
}

async function feedLastTokens(
  context: InferenceContext,
  live: readonly LiveRequest[],
  attempt: number,
): Promise<Answer[]> {
  const paired = context.numerics.decodeShape === "paired";
  const feeds = live.map(({ slot, source, outputTokens }) => {
    const token = outputTokens.at(-1)!;
    const feed: Feed[] = [{ token, ask: source.question(outputTokens.length, attempt) }];
    return { slot, feed: paired ? [...feed, { token }] : feed };
  });
  const answers = await context.evaluate(feeds);
  if (paired) for (const { slot } of live) await context.shorten(slot, context.length(slot) - 1);
  return answers.map(([answer]) => answer!);
}

function isFinished(context: InferenceContext, { request, outputTokens }: LiveRequest): boolean {
  const last = outputTokens.at(-1);
  return outputTokens.length >= request.tokenLimit || (last !== undefined && context.vocabulary.isEndToken(last));
}

/** What to ask about a position, and the token that follows from the answer; null asks the next attempt's question. */
interface TokenSource {
  question(position: number, attempt: number): Question;
  token(position: number, attempt: number, answer: Answer): number | null;
}

function tokenSource({ sampling, seed, steering }: ContinuationRequest, vocabularySize: number): TokenSource {
  const rule = nextTokenRule(sampling, seed, vocabularySize);
  if (steering === undefined)
    return {
      question: (position, attempt) => rule.ask(position, null, attempt > 0),
      token: (position, _attempt, answer) => rule.read(position, null, answer)?.token ?? null,
    };
  if (sampling.temperature > 0 && sampling.choice === "inverse-cdf") return steeredInverseCdf(rule, steering);
  return steeredByScore(rule, steering, sampling, seed);
}

/** How many of the best tokens a steering sees: the choice and three runners-up. */
const contenders = 4;

function steeredByScore(rule: NextTokenRule, steering: Steering, sampling: Sampling, seed: number): TokenSource {
  const { temperature } = sampling;
  return {
    question: (position, attempt) => watching(rule.ask(position, null, attempt > 0), steering),
    token: (position, _attempt, answer) => {
      const choice = rule.read(position, null, answer);
      if (choice === null) return null;
      const key = positionKey(seed, position);
      const best = sortedLogits(answer)
        .map((candidate) => ({
          token: candidate.token,
          score: temperature === 0 ? candidate.logit : gumbelScore(candidate, temperature, key),
        }))
        .sort((a, b) => b.score - a.score || a.token - b.token)
        .slice(0, contenders)
        .map(({ token }) => token);
      const standings = inOrder(choice.token, best, steering).map((token) => ({
        token,
        marginLogits: rule.read(position, token, answer)?.margin ?? Number.POSITIVE_INFINITY,
      }));
      return steering.choose(position, standings);
    },
  };
}

/** llama.cpp's sampler and its raw logits exclude each other, so every position is asked twice. */
function steeredInverseCdf(rule: NextTokenRule, steering: Steering): TokenSource {
  let raw: Answer;
  return {
    question: (position, attempt) =>
      attempt === 0 ? watching(greedyRule.ask(position, null, true), steering) : rule.ask(position, null, true),
    token: (position, attempt, answer) => {
      if (attempt === 0) {
        raw = answer;
        return null;
      }
      const choice = rule.read(position, null, answer)!.token;
      const best = sortedLogits(raw);
      const standings = inOrder(
        choice,
        best.slice(0, contenders).map(({ token }) => token),
        steering,
      ).map((token) => ({
        token,
        marginLogits: token === choice ? 0 : best[0]!.logit - raw.logits!.get(token as Token)!,
      }));
      return steering.choose(position, standings);
    },
  };
}

function inOrder(choice: number, best: readonly number[], { watch }: Steering): number[] {
  return [...new Set([choice, ...best, ...watch])];
}

function watching(question: Question, { watch }: Steering): Question {
  const { logits } = question;
  if (typeof logits !== "object") return question; // the whole vocabulary
  const filter = logits.filter ?? {};
  return {
    ...question,
    logits: {
      filter: {
        ...filter,
        tokens: [...(filter.tokens ?? []), ...(watch as Token[])],
        includeTop: Math.max(contenders, Number(filter.includeTop ?? 0)),
      },
    },
  };
}

function checkRequest(context: InferenceContext, request: ContinuationRequest, index: number): void {
  const { promptTokens, outputPrefix = [], tokenLimit, sampling, seed } = request;
  const { vocabulary, contextTokens, numerics } = context;
  if (promptTokens.length === 0) throw new InferenceError("empty-prompt", `request ${index}: the prompt has no token`);
  vocabulary.check(promptTokens, `request ${index}: promptTokens`);
  vocabulary.check(outputPrefix, `request ${index}: outputPrefix`);
  checkSampling(sampling, seed);
  if (!(Number.isSafeInteger(tokenLimit) && tokenLimit >= 1))
    throw new InferenceError("bad-request", `request ${index}: token limit ${tokenLimit}: expected at least 1`);
  const needed = promptTokens.length + tokenLimit - 1 + (numerics.decodeShape === "paired" ? 1 : 0);
  if (needed > contextTokens)
    throw new InferenceError(
      "context-exceeded",
      `request ${index}: a prompt of ${promptTokens.length} tokens and ${tokenLimit} to generate need ${needed} of context, ` +
        `which has ${contextTokens}; shorten the prompt or the limit, or open a longer context`,
    );
}
