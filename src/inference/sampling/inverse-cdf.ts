/**
 * llama.cpp's own sampler (top-k, top-p, temperature, a draw against the cumulative probabilities), told from its source,
 * src/llama-sampler.cpp of v0.5.0, with its 32-bit arithmetic: the same tokens (test/inference/sampling/inverse-cdf.test.ts). Two things are ours:
 * a seed is a seed whatever its value, where llama.cpp draws a random one for 0xFFFFFFFF; and what runs over the whole vocabulary is
 * added up in 64 bits and without sorting it.
 */
import type { TokenLogit } from "./gumbel.ts";
import type { LogitRow } from "./logit-row.ts";
import type { Sampling } from "./sampling.ts";

/** The token drawn by the random number that a Mersenne Twister of this seed gives first. */
export function inverseCdfToken(row: LogitRow, sampling: Sampling, seed: number): number {
  const { temperature, topK, topP } = sampling;
  const share = firstUniform(seed);
  const candidates = truncated(row, topK, topP);
  if (candidates !== null) {
    const weights = weightsAt(candidates, temperature);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return drawn(candidates, weights, total * share) ?? candidates.at(-1)!.token;
  }
  const target = row.totalWeight(temperature) * share;
  for (const depth of [5, 15]) {
    const likely = row.downTo(row.greatest - depth * temperature);
    const token = drawn(likely, weightsAt(likely, temperature), target);
    if (token !== null) return token;
  }
  const all = row.downTo(Number.NEGATIVE_INFINITY);
  return drawn(all, weightsAt(all, temperature), target) ?? all.at(-1)!.token;
}

/** What top-k and then top-p leave, most likely first; null where they leave all. */
function truncated(row: LogitRow, topK: number, topP: number): readonly TokenLogit[] | null {
  if (topK > 0) {
    const top = row.top(topK);
    if (topP >= 1) return top;
    const total = weightsAt(top, 1).reduce((sum, weight) => Math.fround(sum + weight), 0);
    return nucleus(top, total, topP) ?? top;
  }
  if (topP >= 1) return null;
  const total = Math.fround(row.totalWeight(1));
  for (let count = 64; ; count *= 8) {
    const top = row.top(count);
    const kept = nucleus(top, total, topP);
    if (kept !== null) return kept;
    if (top.length === row.vocabularySize) return top;
  }
}

/** The first of them that hold the share p; null where all together do not. */
function nucleus(top: readonly TokenLogit[], total: number, topP: number): readonly TokenLogit[] | null {
  const weights = weightsAt(top, 1);
  const share = Math.fround(topP);
  let cumulative = 0;
  for (const [i, weight] of weights.entries()) {
    cumulative = Math.fround(cumulative + Math.fround(weight / total));
    if (cumulative >= share) return top.slice(0, i + 1);
  }
  return null;
}

function weightsAt(sorted: readonly TokenLogit[], temperature: number): number[] {
  const divisor = Math.fround(temperature);
  const scaled = sorted.map(({ logit }) => Math.fround(logit / divisor));
  return scaled.map((logit) => Math.fround(Math.exp(Math.fround(logit - scaled[0]!))));
}

/** The first token at which the running sum reaches the target. */
function drawn(sorted: readonly TokenLogit[], weights: readonly number[], target: number): number | null {
  let sum = 0;
  for (const [i, weight] of weights.entries()) {
    sum += weight;
    if (sum >= target) return sorted[i]!.token;
  }
  return null;
}

/**
 * The first draw of C++'s `uniform_real_distribution<double>(0, 1)` on `mt19937(seed)`: two 32-bit words, the first one the lower.
 * Source: M. Matsumoto and T. Nishimura, Mersenne Twister (1998), as C++ fixes its seeding.
 */
export function firstUniform(seed: number): number {
  const state = new Uint32Array(399);
  state[0] = seed;
  for (let i = 1; i < state.length; i++) state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
  const word = (i: number): number => {
    const y = (state[i]! & 0x80000000) | (state[i + 1]! & 0x7fffffff);
    return tempered(state[i + 397]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0));
  };
  return Math.min((word(0) + word(1) * 2 ** 32) / 2 ** 64, 1 - 2 ** -53);
}

function tempered(word: number): number {
  let y = word;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return (y ^ (y >>> 18)) >>> 0;
}
