/**
 * Generation as strategies need it: many requests in lock step, each able to go on from an output that is already there
 * (randomness stays keyed by the position in the whole output) and to put another token where the model would have its own.
 * A request with neither gives what `generate` gives, token for token (test/inference/transcript-generation.test.ts).
 */
import type { Token } from "node-llama-cpp";
import type { InferenceContext } from "./context.ts";
import { checkRoom, plainSource } from "./generate.ts";
import { type LockStepShape, runInLockStep, type TokenSource } from "./lock-step.ts";
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
import type { Sampling } from "./sampling/sampling.ts";

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

export interface ContinuationOptions {
  /** Looked at between steps. */
  readonly signal?: AbortSignal | undefined;
  readonly shape?: LockStepShape;
}

/** Whole outputs, prefixes included. Errors: as `generate`, before anything is computed; AbortError between steps. */
export async function continueOutputs(
  context: InferenceContext,
  requests: readonly ContinuationRequest[],
  { signal, shape = {} }: ContinuationOptions = {},
): Promise<number[][]> {
  for (const [index, request] of requests.entries()) {
    checkRoom(context, request, index);
    context.vocabulary.check(request.outputPrefix ?? [], `request ${index}: outputPrefix`);
  }
  const lockStepRequests = requests.map((request) => ({
    promptTokens: request.promptTokens,
    ...(request.outputPrefix && { outputPrefix: request.outputPrefix }),
    source: tokenSource(request, context.vocabulary.size),
    isFinished: (outputTokens: readonly number[]) => {
      const last = outputTokens.at(-1);
      return outputTokens.length >= request.tokenLimit || (last !== undefined && context.vocabulary.isEndToken(last));
    },
  }));
  const results = await runInLockStep(context, lockStepRequests, { ...shape, signal });
  return results.map(({ outputTokens }, i) => outputTokens.slice(0, requests[i]!.tokenLimit));
}

type Chosen = TokenSource<{ readonly token: number }>;

function tokenSource({ sampling, seed, steering }: ContinuationRequest, vocabularySize: number): Chosen {
  const rule = nextTokenRule(sampling, seed, vocabularySize);
  if (steering === undefined) return plainSource(rule);
  if (sampling.temperature > 0 && sampling.choice === "inverse-cdf") return steeredInverseCdf(rule, steering);
  return steeredByScore(rule, steering, sampling, seed);
}

/** How many of the best tokens a steering sees: the choice and three runners-up. */
const contenders = 4;

function steeredByScore(rule: NextTokenRule, steering: Steering, sampling: Sampling, seed: number): Chosen {
  const { temperature } = sampling;
  return {
    question: (position, attempt) => watching(rule.ask(position, null, attempt > 0), steering),
    read: (position, _attempt, answer) => {
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
      return { token: steering.choose(position, standings) };
    },
  };
}

/** llama.cpp's sampler and its raw logits exclude each other, so every position is asked twice. */
function steeredInverseCdf(rule: NextTokenRule, steering: Steering): Chosen {
  let raw: Answer;
  return {
    question: (position, attempt) =>
      attempt === 0 ? watching(greedyRule.ask(position, null, true), steering) : rule.ask(position, null, true),
    read: (position, attempt, answer) => {
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
      return { token: steering.choose(position, standings) };
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
