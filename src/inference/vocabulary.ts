import { InferenceError } from "./errors.ts";
import type { NativeModel } from "./native/native-model.ts";

/** A model's tokens: text to token ids and back, and which ids end a text. */
export class Vocabulary {
  readonly modelPath: string;
  readonly size: number;
  /** Every token that ends a text; empty when the file names none. */
  readonly endTokens: readonly number[];
  readonly #model: NativeModel;
  readonly #ends: ReadonlySet<number>;

  /** `namesAnEndToken`: whether the file does. llama.cpp assumes token 2 where it does not; we believe the file. */
  constructor(model: NativeModel, modelPath: string, namesAnEndToken: boolean) {
    this.#model = model;
    this.modelPath = modelPath;
    this.size = model.vocabularySize;
    this.endTokens = namesAnEndToken ? allEndTokens(model, this.size) : [];
    this.#ends = new Set(this.endTokens);
  }

  /**
   * The tokens to feed for a text: the begin token where the model wants one, then the text without interpreting special
   * tokens in it. Throws `empty-prompt` for an empty text.
   */
  promptTokens(text: string): number[] {
    if (text === "") throw new InferenceError("empty-prompt", "the prompt is empty: expected at least one character");
    const begin = this.#model.beginToken;
    return [...(begin === null ? [] : [begin]), ...this.#model.tokenize(text)];
  }

  text(tokens: readonly number[]): string {
    this.check(tokens, "tokens");
    return this.#model.detokenize(tokens);
  }

  isEndToken(token: number): boolean {
    return this.#ends.has(token);
  }

  /** Throws `unknown-token` for the first id outside the vocabulary; `what` names the list in the message. */
  check(tokens: readonly number[], what: string): void {
    const bad = tokens.findIndex((token) => !(Number.isInteger(token) && token >= 0 && token < this.size));
    if (bad >= 0)
      throw new InferenceError(
        "unknown-token",
        `${what}[${bad}] is ${tokens[bad]}: expected a token id from 0 to ${this.size - 1} of ${this.modelPath}`,
      );
  }
}

function allEndTokens(model: NativeModel, size: number): number[] {
  return Array.from({ length: size }, (_, token) => token).filter((token) => model.isEndToken(token));
}
