import { existsSync } from "node:fs";
import { type FileHandle, open, rename, rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import seedrandom from "seedrandom";
import { fromSystemError, ModelFileError } from "../model-file-error.ts";
import {
  type LlamaShape,
  type LlamaTensor,
  llamaTensors,
  namedShapes,
  parameterCount,
  type ShapeName,
  shapeProblems,
} from "../shapes.ts";
import { alignUp, defaultAlignment, fileTypeOf, tensorBytes, tensorFormats, tensorType } from "./format.ts";
import { encodeWeights, type WeightFormat } from "./quantise.ts";
import { endlessVocabulary, sentencePieceVocabulary } from "./vocabulary.ts";
import { encodeHeader, type MetadataEntry, type TensorPlan } from "./write-header.ts";

export interface SynthesizeOptions {
  readonly path: string;
  readonly shape: ShapeName | LlamaShape;
  readonly weightFormat: WeightFormat;
  /** Whole number from 0 to 2^32 - 1. The same seed, shape and format give the same bytes on every machine. */
  readonly seed: number;
  /** False: a vocabulary that names no end token. */
  readonly endToken?: boolean;
  /** Replace an existing file. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (writtenBytes: number, totalBytes: number) => void;
}

export interface SynthesizedModel {
  readonly path: string;
  readonly bytes: number;
  readonly parameters: number;
}

/**
 * Writes a llama-architecture GGUF with random weights: for measuring time where nobody has the weights of a shape. Its text is
 * noise, and its metadata says so.
 *
 * Memory stays at some tens of MB whatever the shape. The file appears under its name only when it is whole; on an error or an abort
 * nothing is left. Throws ModelFileError.
 */
export async function synthesizeModel(options: SynthesizeOptions): Promise<SynthesizedModel> {
  const { path, weightFormat, seed, signal, onProgress } = options;
  const shape = checkedShape(options);
  const tensors = llamaTensors(shape);
  const plans = tensors.map((tensor) => plan(tensor, weightFormat));
  const header = encodeHeader(metadata(options, shape), plans);
  const sizes = plans.map(({ type, dimensions }) => tensorBytes(tensorFormats.get(type)!, dimensions));
  const totalBytes = sizes.reduce((end, size) => alignUp(end, defaultAlignment) + size, header.length);

  if (!options.overwrite && existsSync(path))
    throw new ModelFileError({
      code: "exists",
      path,
      problem: "the file exists already",
      remedy: "name another file with --out, or replace it with --overwrite",
    });
  await requireSpace(path, totalBytes);

  const temporary = `${path}.tmp-${process.pid}`;
  try {
    await using file = await open(temporary, "w");
    const out = new Output(file, totalBytes, signal, onProgress);
    await out.write(header);
    const weights = new RepeatingWeights(shape, weightFormat, seed);
    for (const [i, tensor] of tensors.entries()) {
      for (const piece of weights.of(tensor, sizes[i]!)) await out.write(piece);
      const padding = i === tensors.length - 1 ? 0 : alignUp(sizes[i]!, defaultAlignment) - sizes[i]!;
      if (padding > 0) await out.write(Buffer.alloc(padding));
    }
    await file.datasync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (signal?.aborted)
      throw new ModelFileError({
        code: "interrupted",
        path,
        problem: "interrupted; nothing was written",
        remedy: "start again when you like",
      });
    throw fromSystemError(error, path, "write");
  }
  return { path, bytes: totalBytes, parameters: parameterCount(shape) };
}

function checkedShape({ path, shape: asked, seed }: SynthesizeOptions): LlamaShape {
  const shape = typeof asked === "string" ? namedShapes[asked] : asked;
  const problems = shapeProblems(shape);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    problems.push(`seed: expected a whole number from 0 to ${2 ** 32 - 1}, found ${seed}`);
  if (problems.length === 0) return shape;
  throw new ModelFileError({ code: "bad-shape", path, problem: problems.join("; "), remedy: "change the shape" });
}

function plan({ name, dimensions, role }: LlamaTensor, weightFormat: WeightFormat): TensorPlan {
  return { name, dimensions, type: role === "norm" ? tensorType.F32 : tensorType[weightFormat] };
}

function metadata(options: SynthesizeOptions, shape: LlamaShape): MetadataEntry[] {
  const { seed, weightFormat, endToken = true } = options;
  const name = typeof options.shape === "string" ? options.shape : "custom";
  return [
    ["general.architecture", "string", "llama"],
    ["general.name", "string", `random weights, shape ${name}`],
    ["general.description", "string", "Random weights, for timing only: this model writes noise. Made by camelid."],
    ["general.file_type", "uint32", fileTypeOf[weightFormat]],
    ["general.quantization_version", "uint32", 2],
    ["camelid.random_weights.seed", "uint32", seed],
    ["camelid.random_weights.shape", "string", JSON.stringify({ name, ...shape })],
    ["llama.context_length", "uint32", shape.contextTokens],
    ["llama.embedding_length", "uint32", shape.embedding],
    ["llama.block_count", "uint32", shape.layers],
    ["llama.feed_forward_length", "uint32", shape.feedForward],
    ["llama.attention.head_count", "uint32", shape.heads],
    ["llama.attention.head_count_kv", "uint32", shape.kvHeads],
    ["llama.attention.layer_norm_rms_epsilon", "float32", 1e-5],
    ["llama.rope.dimension_count", "uint32", shape.embedding / shape.heads],
    ["llama.rope.freq_base", "float32", 10000],
    ["llama.vocab_size", "uint32", shape.vocabularyTokens],
    ...(endToken ? sentencePieceVocabulary : endlessVocabulary)(shape.vocabularyTokens),
  ];
}

async function requireSpace(path: string, bytes: number): Promise<void> {
  let free: number;
  try {
    const { bavail, bsize } = await statfs(dirname(path));
    free = bavail * bsize;
  } catch (error) {
    throw fromSystemError(error, path, "write");
  }
  if (free >= bytes) return;
  throw new ModelFileError({
    code: "no-space",
    path,
    problem: `needs ${bytes} bytes, the disk has ${free} free`,
    remedy: "free some space, or choose a smaller shape, a smaller format or another disk",
  });
}

/** The file being written, and how far it is. */
class Output {
  readonly #file: FileHandle;
  readonly #totalBytes: number;
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: SynthesizeOptions["onProgress"];
  #written = 0;

  constructor(
    file: FileHandle,
    totalBytes: number,
    signal: AbortSignal | undefined,
    onProgress: SynthesizeOptions["onProgress"],
  ) {
    this.#file = file;
    this.#totalBytes = totalBytes;
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  async write(data: Uint8Array): Promise<void> {
    this.#signal?.throwIfAborted();
    for (let done = 0; done < data.length; )
      done += (await this.#file.write(data, done, data.length - done, this.#written + done)).bytesWritten;
    this.#written += data.length;
    this.#onProgress?.(this.#written, this.#totalBytes);
  }
}

const blockWeights = 32;

/**
 * Endless weights from a short pattern of pseudo-random blocks: the time of an inference does not depend on the values, and drawing
 * 13 thousand million numbers would take minutes. The pattern's length in blocks is a prime above every row count, so that no two rows
 * of a matrix are the same (equal rows would be tokens that always tie), and each tensor starts at another place of it. Embedding,
 * matrices and output have patterns of their own, else the output would echo the embedding.
 *
 * Weights are uniform with variance 1 / inputs, so that activations keep their size from layer to layer; no logarithm or cosine,
 * whose last bit could differ between machines.
 */
class RepeatingWeights {
  readonly #blocks: number;
  readonly #draw: seedrandom.PRNG;
  readonly #weightFormat: WeightFormat;
  /** Encoded patterns by role and number of inputs. */
  readonly #patterns = new Map<string, Buffer>();

  constructor({ embedding, feedForward, vocabularyTokens }: LlamaShape, weightFormat: WeightFormat, seed: number) {
    this.#blocks = primeAbove(Math.max(4096, vocabularyTokens, feedForward, embedding));
    this.#draw = seedrandom.alea(`camelid/random-weights/${seed}`);
    this.#weightFormat = weightFormat;
  }

  /** The bytes of one tensor, in pieces. Tensors must be asked for in file order. */
  *of({ role, dimensions }: LlamaTensor, bytes: number): Generator<Uint8Array> {
    const inputs = dimensions[0]!;
    if (role === "norm") return yield new Uint8Array(new Float32Array(inputs).fill(1).buffer);
    const pattern = this.#pattern(role, inputs);
    let at = Math.floor(this.#draw() * this.#blocks) * (pattern.length / this.#blocks);
    for (let left = bytes; left > 0; at = 0) {
      const piece = pattern.subarray(at, at + left);
      yield piece;
      left -= piece.length;
    }
  }

  #pattern(role: "embedding" | "matrix" | "output", inputs: number): Buffer {
    const key = `${role}/${inputs}`;
    let pattern = this.#patterns.get(key);
    if (pattern === undefined) {
      const halfWidth = Math.sqrt(3) * standardDeviation[role](inputs);
      const weights = new Float32Array(this.#blocks * blockWeights);
      for (let i = 0; i < weights.length; i++) weights[i] = (this.#draw() * 2 - 1) * halfWidth;
      pattern = encodeWeights(weights, this.#weightFormat);
      this.#patterns.set(key, pattern);
    }
    return pattern;
  }
}

/** Of the weights of a matrix with so many inputs. Three for the output: logits then differ about as much as a language model's. */
const standardDeviation = {
  embedding: () => 1,
  matrix: (inputs: number) => 1 / Math.sqrt(inputs),
  output: (inputs: number) => 3 / Math.sqrt(inputs),
};

function primeAbove(number: number): number {
  for (let candidate = number + 1; ; candidate++) {
    let divisor = 2;
    while (divisor * divisor <= candidate && candidate % divisor !== 0) divisor++;
    if (divisor * divisor > candidate) return candidate;
  }
}
