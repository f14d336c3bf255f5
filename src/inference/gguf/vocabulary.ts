/**
 * Vocabularies for synthetic models: real enough that llama.cpp loads them and turns any text into tokens and back.
 * All 256 bytes are there; the rest are made-up words.
 */
import { minimumVocabularyTokens } from "../shapes.ts";
import type { MetadataEntry } from "./write-header.ts";

/** What SentencePiece writes for a space. */
const wordMark = "\u2581";

/** A SentencePiece vocabulary as LLaMA has it: <unk> 0, <s> 1, </s> 2 (the end token), bytes from 3, then words. */
export function sentencePieceVocabulary(size: number): MetadataEntry[] {
  const specials = ["<unk>", "<s>", "</s>"];
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${hexByte(byte).toUpperCase()}>`);
  const pieces = [wordMark, ...madeUpWords(size - minimumVocabularyTokens, wordMark)];
  const type = { normal: 1, unknown: 2, control: 3, byte: 6 };
  return [
    ["tokenizer.ggml.model", "string", "llama"],
    ["tokenizer.ggml.tokens", "strings", [...specials, ...bytes, ...pieces]],
    ["tokenizer.ggml.scores", "floats", [...specials.map(() => 0), ...bytes.map(() => 0), ...pieces.map((_, i) => -i)]],
    [
      "tokenizer.ggml.token_type",
      "ints",
      [type.unknown, type.control, type.control, ...bytes.map(() => type.byte), ...pieces.map(() => type.normal)],
    ],
    ["tokenizer.ggml.unknown_token_id", "uint32", 0],
    ["tokenizer.ggml.bos_token_id", "uint32", 1],
    ["tokenizer.ggml.eos_token_id", "uint32", 2],
    ["tokenizer.ggml.add_bos_token", "bool", true],
    ["tokenizer.ggml.add_space_prefix", "bool", false],
  ];
}

/**
 * A vocabulary with no end token. llama.cpp gives every SentencePiece vocabulary the end token 2, stated or not; only its RWKV
 * vocabulary (a list of byte strings, longest match first) assumes none.
 */
export function endlessVocabulary(size: number): MetadataEntry[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => `\\x${hexByte(byte)}`);
  return [
    ["tokenizer.ggml.model", "string", "rwkv"],
    ["tokenizer.ggml.tokens", "strings", [...bytes, ...madeUpWords(size - 256, " ")]],
  ];
}

/** `count` different words of open syllables, every second one behind the mark of a new word. */
function madeUpWords(count: number, newWord: string): string[] {
  const syllables = [..."bdfghklmnprstvwz"].flatMap((consonant) => [..."aeiou"].map((vowel) => consonant + vowel));
  return Array.from({ length: count }, (_, index) => {
    let word = "";
    for (let rest = Math.floor(index / 2) + 1; rest > 0; rest = Math.floor((rest - 1) / syllables.length))
      word = syllables[(rest - 1) % syllables.length] + word;
    return index % 2 === 0 ? newWord + word : word;
  });
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
