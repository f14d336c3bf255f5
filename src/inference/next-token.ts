/**
 * F, the next token of a prefix, as questions to llama.cpp: what to ask of one position, and how to read its answer.
 * Generation and verification use the same rule, so they can only differ by the logits they are given.
 */
import type { ControlledEvaluateIndexOutput, ControlledEvaluateInputItem, Token } from "node-llama-cpp";
import { gumbelScore, gumbelWinner, loudTokens, type TokenLogit, truncate } from "./sampling/gumbel.ts";
import { positionKey } from "./sampling/position-key.ts";
import type { Sampling } from "./sampling/sampling.ts";

export type Question = NonNullable<Extract<ControlledEvaluateInputItem, readonly unknown[]>[1]["generateNext"]>;
export type Answer = ControlledEvaluateIndexOutput["next"];

/** The model's raw opinion at one position. Logits are llama.cpp's float32; logarithms are natural. */
export interface PositionLogits {
  readonly topToken: number;
  readonly topLogit: number;
  /** ln of the sum of exp(logit) over the vocabulary: log probability = logit - logSumExp. */
  readonly logSumExp: number;
  readonly claimedLogit: number;
}

export interface NextToken {
  readonly token: number;
  /** Null for `inverse-cdf`, whose answer holds no raw logits, and for a bare token. Here `claimedLogit` is that of `token` unless one was claimed. */
  readonly logits: PositionLogits | null;
  /**
   * By how much the reference token beats the claimed one, in logits: 0 when they are the same. For `gumbel` this is
   * T x (difference of logit / T + noise), Infinity when top-k or top-p excludes the claimed token. Null where `logits` is.
   */
  readonly margin: number | null;
}

export interface NextTokenRule {
  /** `certain: false` asks cheaply, and `read` may answer null; then ask again with `certain: true`. */
  ask(position: number, claimed: number | null, certain: boolean): Question;
  read(position: number, claimed: number | null, answer: Answer): NextToken | null;
}

/** `bare`: only the token is wanted, which a greedy question answers at three quarters of the cost. */
export function nextTokenRule(
  sampling: Sampling,
  seed: number,
  vocabularySize: number,
  { bare = false }: { readonly bare?: boolean } = {},
): NextTokenRule {
  if (sampling.temperature === 0) return bare ? bareGreedyRule : greedyRule;
  return sampling.choice === "gumbel" ? gumbelRule(sampling, seed, vocabularySize) : inverseCdfRule(sampling, seed);
}

export const greedyRule: NextTokenRule = {
  ask: (_position, claimed) => ({
    token: true,
    totalLogitWeight: true,
    logits: { filter: { tokens: claimed === null ? [] : [claimed as Token], includeSelected: true } },
  }),
  read: (_position, claimed, answer) => {
    const logits = readLogits(claimed, answer);
    return { token: logits.topToken, logits, margin: logits.topLogit - logits.claimedLogit };
  },
};

const bareGreedyRule: NextTokenRule = {
  ask: () => ({ token: true }),
  read: (_position, _claimed, answer) => ({ token: answer.token as number, logits: null, margin: null }),
};

function inverseCdfRule({ temperature, topK, topP }: Sampling, seed: number): NextTokenRule {
  return {
    ask: (position) => ({
      token: true,
      options: { temperature, topK, topP, minP: 0, seed: positionKey(seed, position)[0]! },
    }),
    read: (_position, _claimed, answer) => ({ token: answer.token as number, logits: null, margin: null }),
  };
}

/**
 * How many of the model's favourites and of the loudest noises a cheap question fetches. Measured on the embedded target
 * (bench/inference/gumbel-doubts.ts): of 2000 positions, none is left in doubt up to temperature 0.7, 1 at 1.0, 3 at 1.5; half as
 * many favourites leave about 1 in 100 at 1.0 and 3 in 100 at 1.5.
 */
const favourites = 128;
const loud = 32;
/**
 * Under top-p alone the favourites must hold that share of the probability, and no noise helps: with 512, 8 of 2000 positions are
 * left in doubt at top-p 0.9 and temperature 0.7; with 256, 85.
 */
const nucleus = 512;

function gumbelRule(sampling: Sampling, seed: number, vocabularySize: number): NextTokenRule {
  const { temperature, topK, topP } = sampling;
  const whole = topK === 0 && topP >= 1;
  const includeTop = Math.min(vocabularySize, topK > 0 ? topK : whole ? favourites : nucleus);
  const loudAt = (key: Uint32Array) => loudTokens(key, vocabularySize, loud);

  return {
    ask: (position, claimed, certain) => {
      if (certain) return { token: true, totalLogitWeight: true, logits: true };
      const tokens = whole ? loudAt(positionKey(seed, position)).tokens : [];
      if (claimed !== null) tokens.push(claimed);
      return {
        token: true,
        totalLogitWeight: true,
        logits: { filter: { tokens: tokens as Token[], includeTop, includeSelected: true } },
      };
    },
    read: (position, claimed, answer) => {
      const key = positionKey(seed, position);
      const sorted = sortedLogits(answer);
      const complete = sorted.length >= vocabularySize;
      let allowed: readonly TokenLogit[] | null = sorted;
      if (!whole) {
        const top = complete ? sorted : sorted.slice(0, includeTop);
        allowed = truncate(top, answer.totalLogitWeight!, vocabularySize, sampling);
        if (allowed === null) return null;
      }
      const winner = gumbelWinner(allowed, temperature, key);
      if (whole && !complete) {
        // Anything we were not told about is quieter than `bound` and less likely than the last favourite.
        const leastFavourite = sorted[includeTop - 1]!.logit;
        if (winner.score <= leastFavourite / temperature + loudAt(key).bound) return null;
      }
      const logits = readLogits(claimed ?? winner.token, answer);
      const excluded = claimed !== null && !allowed.some(({ token }) => token === claimed);
      const margin = excluded
        ? Number.POSITIVE_INFINITY
        : claimed === null || claimed === winner.token
          ? 0
          : temperature *
            (winner.score - gumbelScore({ token: claimed, logit: logits.claimedLogit }, temperature, key));
      return { token: winner.token, logits, margin };
    },
  };
}

function readLogits(claimed: number | null, answer: Answer): PositionLogits {
  const topToken = answer.token as Token;
  const topLogit = answer.logits!.get(topToken)!;
  return {
    topToken,
    topLogit,
    logSumExp: topLogit + Math.log(answer.totalLogitWeight!),
    claimedLogit: claimed === null ? topLogit : answer.logits!.get(claimed as Token)!,
  };
}

/** Highest first; equal logits by token number, since llama.cpp's own sort leaves their order open. */
export function sortedLogits(answer: Answer): TokenLogit[] {
  return Array.from(answer.logits!, ([token, logit]) => ({ token: token as number, logit })).sort(
    (a, b) => b.logit - a.logit || a.token - b.token,
  );
}
