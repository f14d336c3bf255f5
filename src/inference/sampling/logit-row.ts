/**
 * One row of logits, one for each token of the vocabulary, and what samplers and verifiers want to know of it. The passes over all
 * tokens are WebAssembly (row-kernels.wat), whose results are the same on every machine.
 */
import { InferenceError } from "../errors.ts";
import { gumbelNoise, type TokenLogit } from "./gumbel.ts";
import { rowKernels } from "./row-kernels.ts";

export interface TokenScore extends TokenLogit {
  /** logit / T + noise. */
  readonly score: number;
}

const pageBytes = 65_536;

export class LogitRow {
  readonly vocabularySize: number;
  /** The logits themselves. */
  readonly logits: Float32Array;
  readonly #model: string;
  readonly #bytes: number;
  readonly #kernels: ReturnType<typeof rowKernels>;
  readonly #collected: Int32Array;
  readonly #keys: Float64Array;
  #greatest = Number.NaN;
  #topToken = -1;
  #logSumExp = Number.NaN;
  #consider: (token: number) => number = () => Number.POSITIVE_INFINITY;
  /** How far behind the greatest logit the last search for so many tokens ended: where the next one begins. */
  #lastDepth = 4;

  /** @param model what to call the model in errors: its path */
  constructor(vocabularySize: number, model = "the model") {
    this.#model = model;
    this.vocabularySize = vocabularySize;
    const padded = 4 * Math.ceil(vocabularySize / 4);
    this.#bytes = 4 * padded;
    this.#kernels = rowKernels((token) => this.#consider(token));
    const { memory } = this.#kernels;
    memory.grow(Math.ceil((2 * this.#bytes) / pageBytes));
    new Float32Array(memory.buffer, 0, padded).fill(Number.NEGATIVE_INFINITY);
    this.logits = new Float32Array(memory.buffer, 0, vocabularySize);
    this.#collected = new Int32Array(memory.buffer, this.#bytes, padded);
    this.#keys = new Float64Array(vocabularySize);
  }

  /** Takes a copy. Throws InferenceError `bad-logits` for a row that is no opinion: not numbers, or without a finite maximum. */
  load(logits: Float32Array): void {
    this.logits.set(logits);
    this.#greatest = this.#kernels.greatest(this.#bytes);
    if (!Number.isFinite(this.#greatest))
      throw new InferenceError(
        "bad-logits",
        `${this.#model}: its logits are ${Number.isNaN(this.#greatest) ? "not numbers (NaN)" : "infinite"}: its weights are damaged, or ` +
          "these numerics do not hold them (try an F32 KV cache)",
      );
    this.#topToken = -1;
    this.#logSumExp = Number.NaN;
  }

  get greatest(): number {
    return this.#greatest;
  }

  /** The token with the greatest logit; the lowest number among equals. */
  get topToken(): number {
    if (this.#topToken < 0) this.#topToken = this.#kernels.firstWith(this.#greatest);
    return this.#topToken;
  }

  /** ln of the sum of exp(logit); exact to about 1e-7. */
  get logSumExp(): number {
    if (Number.isNaN(this.#logSumExp))
      this.#logSumExp = this.#greatest + Math.log(this.#kernels.totalWeight(this.#bytes, this.#greatest, 1));
    return this.#logSumExp;
  }

  /** Sum over all tokens of exp((logit - greatest) / T). */
  totalWeight(temperature: number): number {
    if (temperature === 1) return Math.exp(this.logSumExp - this.#greatest);
    return this.#kernels.totalWeight(this.#bytes, this.#greatest, 1 / temperature);
  }

  /** Shannon entropy of softmax(logits), in nats. */
  get entropyNats(): number {
    const weight = Math.exp(this.logSumExp - this.#greatest);
    return Math.log(weight) - this.#kernels.totalSurprise(this.#bytes, this.#greatest) / weight;
  }

  /** 1 for the model's favourite; equal logits share the better rank. */
  rank(token: number): number {
    return 1 + this.#kernels.countAbove(this.#bytes, this.logits[token]!);
  }

  /** The `count` tokens with the greatest logits, from the highest down; equal logits by token number. */
  top(count: number): TokenLogit[] {
    const wanted = Math.min(count, this.vocabularySize);
    let depth = this.#lastDepth;
    let tokens = this.#kernels.collect(this.#bytes, this.#greatest - depth);
    while (tokens < wanted) {
      depth = depth > 64 ? Number.POSITIVE_INFINITY : depth * 1.5;
      tokens = Math.min(this.vocabularySize, this.#kernels.collect(this.#bytes, this.#greatest - depth));
    }
    if (Number.isFinite(depth)) this.#lastDepth = tokens > 4 * wanted + 16 ? Math.max(0.25, depth / 1.5) : depth;
    return this.#sorted(tokens).slice(0, wanted);
  }

  /** All tokens whose logit is at least this one, from the highest down; equal logits by token number. */
  downTo(logit: number): TokenLogit[] {
    return this.#sorted(Math.min(this.vocabularySize, this.#kernels.collect(this.#bytes, logit)));
  }

  /** The `count` tokens with the greatest logit / T + Gumbel noise, best first; equal scores by token number. */
  bestScores(count: number, temperature: number, key: Uint32Array): TokenScore[] {
    const wanted = Math.min(count, this.vocabularySize);
    const best: TokenScore[] = [];
    const tell = (): number => (best.length < wanted ? Number.NEGATIVE_INFINITY : below(best.at(-1)!.score));
    this.#consider = (token) => {
      if (token >= this.vocabularySize) return tell();
      const logit = this.logits[token]!;
      const score = logit / temperature + gumbelNoise(key, token);
      let place = best.length;
      while (place > 0 && isBefore(score, token, best[place - 1]!)) place--;
      if (place < wanted && best[place]?.token !== token && best[place - 1]?.token !== token) {
        best.splice(place, 0, { token, logit, score });
        if (best.length > wanted) best.pop();
      }
      return tell();
    };
    // The favourites first: with a high bound from the start, hardly any other token has its noise worked out.
    if (wanted === 1) this.#consider(this.topToken);
    this.#kernels.findScores(this.#bytes, 1 / temperature, key[0]!, key[1]!, tell());
    return best;
  }

  #sorted(count: number): TokenLogit[] {
    const keys = this.#keys.subarray(0, count);
    for (let i = 0; i < count; i++) {
      const token = this.#collected[i]!;
      keys[i] = sortKey(this.logits[token]!, token);
    }
    keys.sort();
    return Array.from(keys, (key) => {
      const token = key % tokensOfKey;
      return { token, logit: this.logits[token]! };
    });
  }
}

function isBefore(score: number, token: number, other: TokenScore): boolean {
  return score > other.score || (score === other.score && token < other.token);
}

/** A little less than a score, by more than the kernel's 32-bit arithmetic may be off. */
function below(score: number): number {
  return score - 1e-3 - 1e-6 * (Math.abs(score) + 200);
}

const tokensOfKey = 2 ** 21;
const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** A number that sorts by logit, greatest first, then by token: a float's bits, read as a whole number, sort as the float does. */
function sortKey(logit: number, token: number): number {
  float[0] = logit + 0; // no negative zero
  const ordered = bits[0]! >= 0 ? bits[0]! : -(bits[0]! & 0x7fffffff);
  return (2 ** 31 - ordered) * tokensOfKey + token;
}
