import { fileTypes } from "./format.ts";
import type { GgufHeader, GgufValue } from "./read-header.ts";

/** What a user wants to know of a model file; a fact the file does not state is absent. */
export interface ModelFacts {
  readonly architecture?: string;
  readonly name?: string;
  readonly description?: string;
  readonly parameters: number;
  /** llama.cpp's name for how the file was quantised, else the format that holds most bytes. */
  readonly weightFormat: string;
  readonly contextTokens?: number;
  readonly vocabularyTokens?: number;
  /** Equal for equal vocabularies (read-header.ts). */
  readonly vocabularySha256?: string;
  readonly embedding?: number;
  readonly layers?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly feedForward?: number;
  /** Tokens of the vocabulary that the file names as ends of a text, of a turn or of a message. Empty: it names none. */
  readonly endTokens: readonly number[];
  /** The first of them, the end of a text. */
  readonly endOfText?: number;
  /** Numbers that the file states for special tokens, by their keys, and that its vocabulary does not have. */
  readonly foreignTokens: Readonly<Record<string, number>>;
  readonly chatTemplate: boolean;
  /** How its vocabulary cuts a text ("llama": SentencePiece, "gpt2": byte pairs); absent where it has no vocabulary. */
  readonly tokenizer?: string;
  /** Whether any text can be put together from its tokens, byte by byte if need be. */
  readonly spellsBytes: boolean;
  /** Stated of embedding models. */
  readonly attendsToBothSides: boolean;
  readonly pools: boolean;
  readonly tensors: number;
  /** Bytes of weights by tensor format, largest first. */
  readonly bytesByFormat: Readonly<Record<string, number>>;
  readonly tensorBytes: number;
  readonly headerBytes: number;
  readonly fileBytes: number;
  /** More than one where the model is split over several files: this one alone is no model. */
  readonly splitFiles: number;
}

/** The key under which a file names a special token. */
export const specialTokenKey = (name: string): string => `tokenizer.ggml.${name}_token_id`;
const endTokenKeys = ["eos", "eot", "eom"].map(specialTokenKey);

export function modelFacts({ metadata, tensors, fileBytes, dataOffset }: GgufHeader): ModelFacts {
  const text = (key: string) => optional(metadata.get(key), (value) => (typeof value === "string" ? value : undefined));
  const number = (key: string) => optional(metadata.get(key), asNumber);
  const architecture = text("general.architecture");
  const ofModel = (key: string) => number(`${architecture}.${key}`);

  const sizes = new Map<string, number>();
  for (const { format, bytes } of tensors) sizes.set(format.name, (sizes.get(format.name) ?? 0) + bytes);
  const bySize = [...sizes].sort(([, a], [, b]) => b - a);
  const fileType = number("general.file_type");
  const tokens = metadata.get("tokenizer.ggml.tokens");
  const vocabulary = typeof tokens === "object" ? tokens : undefined;
  // A number stated is not yet a token: llama.cpp silently takes its default for one that the vocabulary does not have.
  const isToken = (id: number | undefined): id is number =>
    id !== undefined && id >= 0 && id < (vocabulary?.length ?? 0);
  const specialTokens = [...metadata.keys()].filter((key) => /^tokenizer\.ggml\.\w+_token_id$/.test(key));

  const facts = {
    architecture,
    name: text("general.name"),
    description: text("general.description"),
    contextTokens: ofModel("context_length"),
    vocabularyTokens: vocabulary?.length ?? ofModel("vocab_size"),
    vocabularySha256: vocabulary?.tokens?.sha256,
    embedding: ofModel("embedding_length"),
    layers: ofModel("block_count"),
    heads: ofModel("attention.head_count"),
    kvHeads: ofModel("attention.head_count_kv") ?? ofModel("attention.head_count"),
    feedForward: ofModel("feed_forward_length"),
    tokenizer: vocabulary && [text("tokenizer.ggml.model")].find((name) => name !== "none" && name !== "no_vocab"),
    endOfText: [number(specialTokenKey("eos"))].find(isToken),
  };
  return {
    ...(withoutUndefined(facts) as Partial<ModelFacts>),
    parameters: tensors.reduce((sum, { dimensions }) => sum + dimensions.reduce((a, b) => a * b, 1), 0),
    weightFormat: optional(fileType, (type) => fileTypes.get(type)) ?? bySize[0]?.[0] ?? "none",
    endTokens: [...new Set(endTokenKeys.map(number).filter(isToken))],
    foreignTokens: Object.fromEntries(
      specialTokens.map((key) => [key, number(key)!] as const).filter(([, id]) => !isToken(id)),
    ),
    chatTemplate: metadata.has("tokenizer.chat_template"),
    spellsBytes: vocabulary?.tokens?.spellsBytes ?? false,
    attendsToBothSides: metadata.get(`${architecture}.attention.causal`) === false,
    pools: (ofModel("pooling_type") ?? 0) > 0,
    tensors: tensors.length,
    bytesByFormat: Object.fromEntries(bySize),
    tensorBytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    headerBytes: dataOffset,
    fileBytes,
    splitFiles: number("split.count") ?? 1,
  };
}

function optional<T, U>(value: T | undefined, convert: (value: T) => U | undefined): U | undefined {
  return value === undefined ? undefined : convert(value);
}

/** A number, or the largest of a list: some architectures state heads or widths layer by layer. */
function asNumber(value: GgufValue): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (typeof value === "object" && value.values?.length) return Math.max(...value.values.map(Number));
  return undefined;
}

function withoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
