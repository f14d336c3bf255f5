import { InferenceError } from "./errors.ts";
import { type ModelFacts, specialTokenKey } from "./gguf/facts.ts";
import type { NativeModel } from "./native/native-model.ts";
import { Spelling } from "./spelling.ts";

/** A model's tokens: text to token ids and back, and which ids end a text. */
export class Vocabulary {
  readonly modelPath: string;
  readonly size: number;
  /** Of all tokens' texts (gguf/read-header.ts). */
  readonly sha256: string;
  /** Every token that ends a text; empty when the file names none. */
  readonly endTokens: readonly number[];
  readonly #model: NativeModel;
  /** Null where every text can be put together from its tokens. */
  readonly #spelling: Spelling | null;
  readonly #ends: ReadonlySet<number>;

  /** Throws InferenceError `model-file` where texts are to begin with a token that there is not. */
  constructor(model: NativeModel, modelPath: string, facts: ModelFacts, unprobed = false) {
    this.#model = model;
    this.modelPath = modelPath;
    this.size = model.vocabularySize;
    this.sha256 = facts.vocabularySha256!;
    this.endTokens = endTokensOf(model, facts);
    const begin = specialTokenKey("bos");
    if (model.beginToken !== null && begin in facts.foreignTokens)
      throw new InferenceError(
        "model-file",
        `${modelPath}: ${begin}: expected a token id from 0 to ${this.size - 1}, found ${facts.foreignTokens[begin]}, and every ` +
          "text is to begin with it; convert the model again, or set the key with gguf-set-metadata",
      );
    this.#spelling = unprobed || facts.tokenizer !== "llama" || facts.spellsBytes ? null : new Spelling(modelPath);
    this.#ends = new Set(this.endTokens);
  }

  /**
   * The tokens to feed for a text: the begin token where the model wants one, then the text without interpreting special
   * tokens in it. Throws `empty-prompt` for an empty text, `unspellable-text` for one that has no tokens.
   */
  promptTokens(text: string): number[] {
    if (text === "") throw new InferenceError("empty-prompt", "the prompt is empty: expected at least one character");
    this.#spelling?.check(text);
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

/**
 * Where a file names an end token, everything that llama.cpp ends a text with; none where it does not. llama.cpp assumes a token of its own
 * (2, in most vocabularies) for an end of text that is not stated, or stated as a number that is no token; we believe the file.
 */
function endTokensOf(model: NativeModel, { endTokens, endOfText }: ModelFacts): number[] {
  if (endTokens.length === 0) return [];
  const assumed = endOfText === undefined ? model.endOfText : null;
  return Array.from({ length: model.vocabularySize }, (_, token) => token).filter(
    (token) => endTokens.includes(token) || (token !== assumed && model.isEndToken(token)),
  );
}
