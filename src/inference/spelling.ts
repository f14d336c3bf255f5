import { InferenceError } from "./errors.ts";
import { readGgufHeader, readTokenTexts } from "./gguf/read-header.ts";
import { printable } from "./model-file-error.ts";
import { canTokenize } from "./probe/probe.ts";

/** What SentencePiece writes for a space. */
const wordMark = "\u2581";

/**
 * Which texts a SentencePiece vocabulary can spell whose single bytes are not all tokens. llama.cpp merges characters into tokens as long as
 * it can, and ends the process over a character that is left and has neither a token nor tokens for its bytes.
 */
export class Spelling {
  readonly #modelPath: string;
  readonly #tokens: ReadonlySet<string>;
  /** Characters of longer tokens, into which they may be merged. */
  readonly #parts: ReadonlySet<string>;
  readonly #prefixed: boolean;

  constructor(modelPath: string) {
    const header = readGgufHeader(modelPath);
    const texts = readTokenTexts(header);
    this.#modelPath = modelPath;
    this.#tokens = new Set(texts);
    this.#parts = new Set(
      texts
        .map((text) => [...text])
        .filter(({ length }) => length > 1)
        .flat(),
    );
    this.#prefixed = header.metadata.get("tokenizer.ggml.add_space_prefix") !== false;
  }

  /** Throws `unspellable-text` for a text that llama.cpp cannot turn into tokens. */
  check(text: string): void {
    const characters = [...`${this.#prefixed ? " " : ""}${text}`].map((character) =>
      character === " " ? wordMark : character,
    );
    const foreign = characters.filter((character) => !this.#spells(character));
    const never = foreign.find((character) => !this.#parts.has(character));
    if (foreign.length === 0 || (never === undefined && canTokenize(this.#modelPath, text))) return;
    const [character] = [never ?? foreign[0]!];
    const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    throw new InferenceError(
      "unspellable-text",
      `the vocabulary of ${this.#modelPath} cannot spell "${printable(character)}" (U+${code}) in the prompt "${printable(text, 40)}": ` +
        "leave it out, or use a model whose vocabulary has a token for every byte",
    );
  }

  #spells(character: string): boolean {
    return this.#tokens.has(character) || [...Buffer.from(character)].every((byte) => this.#spellsByte(byte));
  }

  #spellsByte(byte: number): boolean {
    const hexadecimal = byte.toString(16).toUpperCase().padStart(2, "0");
    return this.#tokens.has(`<0x${hexadecimal}>`) || (byte < 128 && this.#tokens.has(String.fromCharCode(byte)));
  }
}
