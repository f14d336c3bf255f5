/**
 * Gumbel-max sampling with noise that anybody can recompute: token = argmax over tokens of logit / T + noise(key, token).
 * Distributed exactly as softmax(logit / T) (Gumbel 1954; Maddison, Tarlow and Minka 2014, "A* sampling").
 */
import type { Sampling } from "./sampling.ts";

export interface TokenLogit {
  readonly token: number;
  readonly logit: number;
}

/**
 * Uniform hash of (key, token), high 32 bits of it. Two rounds of the 32-bit finaliser of MurmurHash3 with the key
 * folded in between: statistical quality, not secrecy (the job's seed is public), is what is needed.
 */
function highBits(key: Uint32Array, token: number): number {
  return mix((mix((Math.imul(token, 0x9e3779b1) ^ key[0]!) >>> 0) + key[1]!) >>> 0);
}

function lowBits(key: Uint32Array, token: number): number {
  return mix((mix((Math.imul(token, 0x85ebca77) ^ key[2]!) >>> 0) + key[3]!) >>> 0);
}

function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Standard Gumbel noise -ln(-ln u) of one token at one position; u has 52 bits and is never 0 or 1. */
export function gumbelNoise(key: Uint32Array, token: number): number {
  const u = (highBits(key, token) * 2 ** 20 + (lowBits(key, token) >>> 12) + 0.5) / 2 ** 52;
  return -Math.log(-Math.log(u));
}

/** The winner among `candidates`, and its score; ties go to the lower token. Empty candidates: token -1. */
export function gumbelWinner(
  candidates: Iterable<TokenLogit>,
  temperature: number,
  key: Uint32Array,
): { token: number; score: number } {
  let token = -1;
  let score = -Infinity;
  for (const candidate of candidates) {
    const candidateScore = gumbelScore(candidate, temperature, key);
    if (candidateScore > score || (candidateScore === score && candidate.token < token)) {
      token = candidate.token;
      score = candidateScore;
    }
  }
  return { token, score };
}

export function gumbelScore({ token, logit }: TokenLogit, temperature: number, key: Uint32Array): number {
  return logit / temperature + gumbelNoise(key, token);
}

/**
 * The tokens left after top-k and then top-p, in llama.cpp's order and with its rule (keep tokens, most likely first,
 * until their probability at temperature 1 among the top-k reaches p).
 *
 * `sorted`: logits from the highest down (a prefix of the vocabulary's order). `totalWeight`: the sum of
 * exp(logit - highest) over the whole vocabulary, needed when topK is 0. Returns null when `sorted` is too short to tell.
 */
export function truncate(
  sorted: readonly TokenLogit[],
  totalWeight: number,
  vocabularySize: number,
  { topK, topP }: Pick<Sampling, "topK" | "topP">,
): readonly TokenLogit[] | null {
  const limit = topK > 0 ? Math.min(topK, vocabularySize) : vocabularySize;
  if (topP >= 1) return sorted.length >= limit ? sorted.slice(0, limit) : null;
  const highest = sorted[0]?.logit ?? 0;
  const weight = ({ logit }: TokenLogit): number => Math.exp(logit - highest);
  if (topK > 0 && sorted.length < limit) return null;
  const total = topK > 0 ? sorted.slice(0, limit).reduce((sum, item) => sum + weight(item), 0) : totalWeight;
  let cumulative = 0;
  for (let i = 0; i < Math.min(limit, sorted.length); i++) {
    cumulative += weight(sorted[i]!);
    if (cumulative >= topP * total) return sorted.slice(0, i + 1);
  }
  return sorted.length >= limit ? sorted.slice(0, limit) : null;
}
