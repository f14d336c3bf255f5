/**
 * A language model of counts: p(next | last order - 1 tokens), interpolated with shorter contexts by Witten and Bell's method,
 *
 *   p(w | h) = (c(h w) + u(h) p(w | h')) / (c(h) + u(h)),
 *
 * c a count, u(h) the number of different tokens seen after h, h' the context without its oldest token; below the empty context
 * every token of the vocabulary is equally likely. Source: T. Bell, J. Cleary and I. Witten, Text Compression (1990), method C;
 * I. Witten and T. Bell, The zero-frequency problem (1991).
 */
export class NGramModel {
  readonly #order: number;
  readonly #vocabularySize: number;
  /** By the context's tokens, joined. */
  readonly #counts = new Map<string, Map<number, number>>();

  constructor(order: number, vocabularySize: number) {
    this.#order = order;
    this.#vocabularySize = vocabularySize;
  }

  /** Counts every token of a text, after each of its contexts. */
  learn(text: readonly number[]): void {
    for (const [i, token] of text.entries())
      for (const context of contexts(text.slice(Math.max(0, i - this.#order + 1), i))) {
        const after = this.#counts.get(context) ?? new Map<number, number>();
        after.set(token, (after.get(token) ?? 0) + 1);
        this.#counts.set(context, after);
      }
  }

  /** The probability of every token of the vocabulary after a text; they add up to 1. */
  probabilities(text: readonly number[]): Float64Array {
    const p = new Float64Array(this.#vocabularySize).fill(1 / this.#vocabularySize);
    for (const context of contexts(text.slice(Math.max(0, text.length - this.#order + 1)))) {
      const after = this.#counts.get(context);
      if (after === undefined) break; // longer contexts have not been seen either
      const seen = [...after.values()].reduce((sum, count) => sum + count, 0);
      const total = seen + after.size;
      for (let token = 0; token < p.length; token++) p[token]! *= after.size / total;
      for (const [token, count] of after) p[token]! += count / total;
    }
    return p;
  }
}

/** From the empty one to the longest. */
function* contexts(last: readonly number[]): Generator<string> {
  for (let length = 0; length <= last.length; length++) yield last.slice(last.length - length).join();
}
