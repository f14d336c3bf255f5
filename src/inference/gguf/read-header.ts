import { createHash } from "node:crypto";
import { ModelFileError, printable } from "../model-file-error.ts";
import { ByteReader } from "./byte-reader.ts";
import { alignUp, defaultAlignment, type TensorFormat, tensorBytes, tensorFormats, valueType } from "./format.ts";

/** An array of the metadata. Its values are kept only when they are at most 1024 numbers or booleans. */
export interface GgufArray {
  readonly length: number;
  readonly values?: readonly (number | bigint | boolean)[];
  /** Of `tokenizer.ggml.tokens`: the vocabulary in the order of its ids. */
  readonly tokens?: VocabularyTokens;
}

export interface VocabularyTokens {
  /** SHA-256 over the texts as they stand in the file, lower-case hexadecimal: equal for equal vocabularies. */
  readonly sha256: string;
  /** Whether each of the 256 bytes has a token, as `<0x41>` or as itself, so that any text can be put together. */
  readonly spellsBytes: boolean;
  /** Where in the file the first of them stands. */
  readonly offset: number;
}

/** 64-bit integers are bigint; everything else is what it looks like. */
export type GgufValue = number | bigint | boolean | string | GgufArray;

export interface GgufTensor {
  readonly name: string;
  /** Innermost first. */
  readonly dimensions: readonly number[];
  readonly format: TensorFormat;
  /** From the start of the tensor data. */
  readonly offset: number;
  readonly bytes: number;
}

export interface GgufHeader {
  readonly path: string;
  readonly version: number;
  readonly fileBytes: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
  /** Where the tensor data starts. */
  readonly dataOffset: number;
}

const limits = {
  metadataKeys: 65536,
  tensors: 65536,
  keyBytes: 65535, // the GGUF specification's own
  nameBytes: 1024,
  stringBytes: 16 * 2 ** 20, // a chat template is some kilobytes
  arrayValues: 2 ** 40,
  keptArrayValues: 1024,
  dimensions: 4, // ggml's own
};

/**
 * Reads the header of a GGUF file (versions 2 and 3, little endian) in bounded memory, and checks that the file is long
 * enough to hold every tensor it lists. Why not the reader that comes with node-llama-cpp: it takes a header that is cut short for a
 * whole one, and believes every length it finds (measured with version 3.22.1).
 * Throws ModelFileError, and nothing else, for whatever the file holds.
 */
export function readGgufHeader(path: string): GgufHeader {
  using reader = new ByteReader(path);
  const version = readVersion(reader);
  const tensorCount = reader.count("number of tensors", limits.tensors);
  const keyCount = reader.count("number of metadata keys", limits.metadataKeys);

  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < keyCount; i++) {
    const at = reader.offset;
    const key = reader.string(`metadata key ${i + 1} of ${keyCount}`, limits.keyBytes);
    if (metadata.has(key)) throw reader.malformed(`metadata key "${printable(key)}" comes twice`, at);
    metadata.set(key, readValue(reader, key));
  }
  const alignment = readAlignment(path, metadata);

  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  let nextOffset = 0;
  for (let i = 0; i < tensorCount; i++) {
    const at = reader.offset;
    const tensor = readTensor(reader, `tensor ${i + 1} of ${tensorCount}`);
    if (names.has(tensor.name)) throw reader.malformed(`tensor "${printable(tensor.name)}" comes twice`, at);
    if (tensor.offset !== nextOffset)
      throw reader.malformed(
        `tensor "${printable(tensor.name)}" stands at ${tensor.offset} of the data, expected ${nextOffset}`,
        at,
      );
    names.add(tensor.name);
    tensors.push(tensor);
    nextOffset = alignUp(tensor.offset + tensor.bytes, alignment);
  }

  const dataOffset = alignUp(reader.offset, alignment);
  checkLength(path, reader.fileBytes, dataOffset, tensors);
  return { path, version, fileBytes: reader.fileBytes, metadata, tensors, dataOffset };
}

function readVersion(reader: ByteReader): number {
  const { path, fileBytes } = reader;
  if (fileBytes === 0)
    throw new ModelFileError({ code: "not-gguf", path, problem: "the file is empty", remedy: "fetch it again" });
  const magic = Buffer.from(reader.bytes(Math.min(4, fileBytes), "the magic number"));
  if (magic.toString("latin1") !== "GGUF")
    throw new ModelFileError({
      code: "not-gguf",
      path,
      place: "byte 0",
      problem: `expected the four letters GGUF, found "${printable(magic.toString("latin1"))}"`,
      remedy: "name a GGUF file, or convert the model with llama.cpp's convert_hf_to_gguf.py",
    });
  const version = reader.uint32("the version");
  if (version !== 2 && version !== 3)
    throw new ModelFileError({
      code: "unsupported",
      path,
      place: "byte 4",
      problem: version > 0xffff ? "the file is big-endian" : `expected GGUF version 2 or 3, found version ${version}`,
      remedy: "convert it with a current llama.cpp",
    });
  return version;
}

/** Smallest size of one value of each type, for refusing an array that cannot fit into the file. */
const valueBytes: readonly (number | undefined)[] = [1, 1, 2, 2, 4, 4, 4, 1, 8, undefined, 8, 8, 8];

function readValue(reader: ByteReader, key: string): GgufValue {
  const what = `value of "${printable(key)}"`;
  const at = reader.offset;
  const type = reader.uint32(`type of "${printable(key)}"`);
  if (type === valueType.string) return reader.string(what, limits.stringBytes);
  if (type === valueType.array) return readArray(reader, key);
  const bytes = valueBytes[type];
  if (bytes === undefined) throw reader.malformed(`${what} has type ${type}, expected 0 to 12`, at);
  return scalar(reader.bytes(bytes, what), type);
}

function readArray(reader: ByteReader, key: string): GgufArray {
  const what = `array "${printable(key)}"`;
  const at = reader.offset;
  const type = reader.uint32(`element type of ${what}`);
  const bytes = valueBytes[type];
  if (bytes === undefined)
    throw reader.malformed(`${what} has elements of type ${type}, expected 0 to 8 or 10 to 12`, at);
  const length = reader.count(`length of ${what}`, limits.arrayValues);
  reader.require(length * bytes, what);
  if (type === valueType.string && key === "tokenizer.ggml.tokens")
    return { length, tokens: readTokens(reader, what, length) };
  if (type === valueType.string) {
    for (let i = 0; i < length; i++) {
      reader.skip(reader.count(what, Number.MAX_SAFE_INTEGER), what);
    }
    return { length };
  }
  if (length > limits.keptArrayValues) {
    reader.skip(length * bytes, what);
    return { length };
  }
  return { length, values: Array.from({ length }, () => scalar(reader.bytes(bytes, what), type)) };
}

/**
 * llama.cpp ends the whole process over a vocabulary that holds a token twice. It reads texts up to their first NUL, and gives those that are
 * empty a name of their own.
 */
function readTokens(reader: ByteReader, what: string, length: number): VocabularyTokens {
  const { offset } = reader;
  const hash = createHash("sha256");
  const seen = new Set<string>();
  for (let i = 0; i < length; i++) {
    const at = reader.offset;
    const bytes = reader.stringBytes(what, limits.stringBytes);
    hash.update(`${bytes.length}:`).update(bytes);
    const end = bytes.indexOf(0);
    const text = bytes.toString("latin1", 0, end < 0 ? bytes.length : end) || `[EMPTY_${i}]`;
    if (seen.has(text)) throw reader.malformed(`${what} holds "${printable(bytes.toString())}" twice`, at);
    seen.add(text);
  }
  const hasByte = (byte: number) =>
    seen.has(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`) || seen.has(String.fromCharCode(byte));
  return { sha256: hash.digest("hex"), spellsBytes: Array.from({ length: 256 }, (_, i) => i).every(hasByte), offset };
}

/** The texts of a model's tokens by their ids; empty where it has no vocabulary. Throws ModelFileError. */
export function readTokenTexts(header: GgufHeader): string[] {
  const array = header.metadata.get("tokenizer.ggml.tokens");
  if (typeof array !== "object" || array.tokens === undefined) return [];
  using reader = new ByteReader(header.path);
  reader.skip(array.tokens.offset, "tokens");
  return Array.from({ length: array.length }, () => reader.string("tokens", limits.stringBytes));
}

function scalar(data: Buffer, type: number): number | bigint | boolean {
  switch (type) {
    case valueType.uint8:
      return data.readUInt8();
    case valueType.int8:
      return data.readInt8();
    case valueType.uint16:
      return data.readUInt16LE();
    case valueType.int16:
      return data.readInt16LE();
    case valueType.uint32:
      return data.readUInt32LE();
    case valueType.int32:
      return data.readInt32LE();
    case valueType.float32:
      return data.readFloatLE();
    case valueType.bool:
      return data.readUInt8() !== 0;
    case valueType.uint64:
      return data.readBigUInt64LE();
    case valueType.int64:
      return data.readBigInt64LE();
    default:
      return data.readDoubleLE();
  }
}

function readAlignment(path: string, metadata: ReadonlyMap<string, GgufValue>): number {
  const alignment = metadata.get("general.alignment") ?? defaultAlignment;
  if (typeof alignment === "number" && Number.isInteger(Math.log2(alignment)) && alignment <= 2 ** 20) return alignment;
  throw new ModelFileError({
    code: "malformed",
    path,
    place: "general.alignment",
    problem: `expected a power of two up to ${2 ** 20}, found ${typeof alignment === "object" ? "an array" : printable(String(alignment))}`,
    remedy: "the file is damaged; fetch it again",
  });
}

function readTensor(reader: ByteReader, what: string): GgufTensor {
  const at = reader.offset;
  const name = reader.string(`name of ${what}`, limits.nameBytes);
  const dimensionCount = reader.uint32(`number of dimensions of "${printable(name)}"`);
  if (dimensionCount < 1 || dimensionCount > limits.dimensions)
    throw reader.malformed(
      `tensor "${printable(name)}" has ${dimensionCount} dimensions, expected 1 to ${limits.dimensions}`,
      at,
    );
  const dimensions = Array.from({ length: dimensionCount }, () =>
    reader.count(`size of "${printable(name)}"`, 2 ** 40),
  );
  const weights = dimensions.reduce((product, size) => product * size, 1);
  if (weights === 0 || !Number.isSafeInteger(weights))
    throw reader.malformed(`tensor "${printable(name)}" has the impossible shape ${dimensions.join(" x ")}`, at);

  const type = reader.uint32(`type of "${printable(name)}"`);
  const format = tensorFormats.get(type);
  if (format === undefined)
    throw new ModelFileError({
      code: "unsupported",
      path: reader.path,
      place: `tensor "${printable(name)}"`,
      problem: `tensor type ${type} is none that this program knows`,
      remedy: "quantise the model to another format, such as Q8_0 or Q4_K_M",
    });
  if (dimensions[0]! % format.blockWeights !== 0)
    throw reader.malformed(
      `tensor "${printable(name)}" has rows of ${dimensions[0]}, which blocks of ${format.blockWeights} (${format.name}) do not fill`,
      at,
    );
  const offset = reader.count(`offset of "${printable(name)}"`, Number.MAX_SAFE_INTEGER);
  return { name, dimensions, format, offset, bytes: tensorBytes(format, dimensions) };
}

function checkLength(path: string, fileBytes: number, dataOffset: number, tensors: readonly GgufTensor[]): void {
  const cut = tensors.findIndex(({ offset, bytes }) => dataOffset + offset + bytes > fileBytes);
  if (cut === -1) return;
  const last = tensors.at(-1)!;
  throw new ModelFileError({
    code: "truncated",
    path,
    place: `tensor "${printable(tensors[cut]!.name)}" (${cut + 1} of ${tensors.length})`,
    problem: `the file has ${fileBytes} bytes, its tensors need ${dataOffset + last.offset + last.bytes}`,
    remedy: "the file is cut short; fetch it again",
  });
}
