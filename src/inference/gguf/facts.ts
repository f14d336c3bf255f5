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
  readonly embedding?: number;
  readonly layers?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly feedForward?: number;
  /** Tokens the file names as ends of a text, of a turn or of a message. Empty: it names none. */
  readonly endTokens: readonly number[];
  readonly chatTemplate: boolean;
  readonly tensors: number;
  /** Bytes of weights by tensor format, largest first. */
  readonly bytesByFormat: Readonly<Record<string, number>>;
  readonly tensorBytes: number;
  readonly headerBytes: number;
  readonly fileBytes: number;
  /** More than one where the model is split over several files: this one alone is no model. */
  readonly splitFiles: number;
}

const endTokenKeys = ["eos", "eot", "eom"].map((name) => `tokenizer.ggml.${name}_token_id`);

export function modelFacts({ metadata, tensors, fileBytes, dataOffset }: GgufHeader): ModelFacts {
  const text = (key: string) => optional(metadata.get(key), (value) => (typeof value === "string" ? value : undefined));
  const number = (key: string) => optional(metadata.get(key), asNumber);
  const architecture = text("general.architecture");
  const ofModel = (key: string) => number(`${architecture}.${key}`);

  const sizes = new Map<string, number>();
  for (const { format, bytes } of tensors) sizes.set(format.name, (sizes.get(format.name) ?? 0) + bytes);
  const bySize = [...sizes].sort(([, a], [, b]) => b - a);
  const fileType = number("general.file_type");

  const facts = {
    architecture,
    name: text("general.name"),
    description: text("general.description"),
    contextTokens: ofModel("context_length"),
    vocabularyTokens: vocabularyTokens(metadata.get("tokenizer.ggml.tokens")) ?? ofModel("vocab_size"),
    embedding: ofModel("embedding_length"),
    layers: ofModel("block_count"),
    heads: ofModel("attention.head_count"),
    kvHeads: ofModel("attention.head_count_kv") ?? ofModel("attention.head_count"),
    feedForward: ofModel("feed_forward_length"),
  };
  return {
    ...(withoutUndefined(facts) as Partial<ModelFacts>),
    parameters: tensors.reduce((sum, { dimensions }) => sum + dimensions.reduce((a, b) => a * b, 1), 0),
    weightFormat: optional(fileType, (type) => fileTypes.get(type)) ?? bySize[0]?.[0] ?? "none",
    endTokens: [...new Set(endTokenKeys.map(number).filter((id) => id !== undefined))],
    chatTemplate: metadata.has("tokenizer.chat_template"),
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

function vocabularyTokens(tokens: GgufValue | undefined): number | undefined {
  return typeof tokens === "object" ? tokens.length : undefined;
}

function withoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
