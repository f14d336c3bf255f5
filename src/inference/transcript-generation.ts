/**
 * Generation as strategies need it: many requests in lock step, each able to go on from an output that is already there
 * (randomness stays keyed by the position in the whole output) and to put another token where the model would have its own.
 * A request with neither gives what `generate` gives, token for token (test/inference/transcript-generation.test.ts).
 */
import type { InferenceContext } from "./context.ts";
import { checkContextSize, plainSource } from "./generate.ts";
import { type LockStepShape, runInLockStep, type TokenSource } from "./lock-step.ts";
import { type NextTokenRule, nextTokenRule } from "./next-token.ts";
import { gumbelScore } from "./sampling/gumbel.ts";
import type { LogitRow } from "./sampling/logit-row.ts";
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
    checkContextSize(context, request, index);
    context.vocabulary.check(request.outputPrefix ?? [], `request ${index}: outputPrefix`);
  }
  const lockStepRequests = requests.map((request) => ({
    promptTokens: request.promptTokens,
    ...(request.outputPrefix && { outputPrefix: request.outputPrefix }),
    source: tokenSource(request),
    isFinished: (outputTokens: readonly number[]) => {
      const last = outputTokens.at(-1);
      return outputTokens.length >= request.tokenLimit || (last !== undefined && context.vocabulary.isEndToken(last));
    },
  }));
  const results = await runInLockStep(context, lockStepRequests, { ...shape, signal });
  return results.map(({ outputTokens }, i) => outputTokens.slice(0, requests[i]!.tokenLimit));
}

type Chosen = TokenSource<{ readonly token: number }>;

/** How many of the best tokens a steering sees: the choice and three runners-up. */
const contenders = 4;

function tokenSource({ sampling, seed, steering }: ContinuationRequest): Chosen {
  const rule = nextTokenRule(sampling, seed, { bare: true });
  return steering === undefined ? plainSource(rule) : steered(rule, steering, sampling, seed);
}

function steered(rule: NextTokenRule, steering: Steering, sampling: Sampling, seed: number): Chosen {
  const keepsScores = sampling.temperature === 0 || sampling.choice === "gumbel";
  const scored = nextTokenRule(sampling, seed);
  return {
    read: (position, row) => {
      const choice = rule.read(position, null, row).token;
      const tokens = new Set([choice, ...bestTokens(position, row, sampling, seed), ...steering.watch]);
      const marginOf = (token: number): number =>
        keepsScores ? scored.read(position, token, row).margin! : row.greatest - row.logits[token]!;
      const standings = Array.from(tokens, (token) => ({
        token,
        marginLogits: token === choice ? 0 : marginOf(token),
      }));
      return { token: steering.choose(position, standings) };
    },
  };
}

/** By score, where the sampling keeps one, else by logit; best first. */
function bestTokens(position: number, row: LogitRow, { temperature, topK, choice }: Sampling, seed: number): number[] {
  if (temperature === 0 || choice === "inverse-cdf") return row.top(contenders).map(({ token }) => token);
  const key = positionKey(seed, position);
  if (topK === 0) return row.bestScores(contenders, temperature, key).map(({ token }) => token);
  return row
    .top(Math.max(contenders, topK))
    .map((candidate) => ({ token: candidate.token, score: gumbelScore(candidate, temperature, key) }))
    .sort((a, b) => b.score - a.score || a.token - b.token)
    .slice(0, contenders)
    .map(({ token }) => token);
}
