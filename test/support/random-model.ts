/**
 * Small models of random weights in formats that Camelid itself does not write: blocks of random quants under scales that keep
 * activations at their size. What they say is noise; which kernels llama.cpp takes for them is not.
 */
import { writeFileSync } from "node:fs";
import { alignUp, defaultAlignment, tensorBytes, tensorFormats } from "../../src/inference/gguf/format.ts";
import { toHalf } from "../../src/inference/gguf/half.ts";
import { sentencePieceVocabulary } from "../../src/inference/gguf/vocabulary.ts";
import { encodeHeader, type MetadataEntry } from "../../src/inference/gguf/write-header.ts";
import { type LlamaShape, llamaTensors } from "../../src/inference/shapes.ts";
import { Streams } from "../../src/sim/streams.ts";

export const randomFormats = ["F16", "Q8_0", "Q4_0", "Q4_1", "Q4_K", "Q6_K"] as const;
export type RandomFormat = (typeof randomFormats)[number];

/** K-quants want widths that are multiples of 256. */
export const randomShape: LlamaShape = {
  embedding: 256,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  feedForward: 512,
  vocabularyTokens: 320,
  contextTokens: 512,
};

/** What a block of a format holds beside its scales, and the scales that give weights a standard deviation. */
const blocks: Record<RandomFormat, { type: number; fill(block: Buffer, deviation: number, byte: () => number): void }> =
  {
    F16: { type: 1, fill: (block, deviation, byte) => half(block, 0, (deviation * (byte() - 127.5)) / 73.9) },
    Q8_0: { type: 8, fill: (block, deviation, byte) => bytes(block, [deviation / 73.9], byte) },
    Q4_0: { type: 2, fill: (block, deviation, byte) => bytes(block, [deviation / 4.6], byte) },
    Q4_1: {
      type: 3,
      fill: (block, deviation, byte) => bytes(block, [deviation / 4.6, (-7.5 * deviation) / 4.6], byte),
    },
    Q4_K: {
      type: 12,
      fill: (block, deviation, byte) => bytes(block, [deviation / 170, (7.5 * deviation) / 170], byte),
    },
    Q6_K: {
      type: 14,
      fill: (block, deviation, byte) => {
        bytes(block, [], byte);
        half(block, block.length - 2, deviation / 1370);
      },
    },
  };

export function writeRandomModel(path: string, format: RandomFormat, seed: number): void {
  const shape = randomShape;
  const draws = new Streams(`random model/${seed}`).fresh(format);
  const byte = () => draws.below(256);
  const { type, fill } = blocks[format];
  const plans = llamaTensors(shape).map(({ name, dimensions, role }) => ({
    name,
    dimensions,
    role,
    type: role === "norm" ? 0 : type,
  }));
  const metadata: MetadataEntry[] = [
    ["general.architecture", "string", "llama"],
    ["llama.context_length", "uint32", shape.contextTokens],
    ["llama.embedding_length", "uint32", shape.embedding],
    ["llama.block_count", "uint32", shape.layers],
    ["llama.feed_forward_length", "uint32", shape.feedForward],
    ["llama.attention.head_count", "uint32", shape.heads],
    ["llama.attention.head_count_kv", "uint32", shape.kvHeads],
    ["llama.attention.layer_norm_rms_epsilon", "float32", 1e-5],
    ["llama.rope.dimension_count", "uint32", shape.embedding / shape.heads],
    ["llama.vocab_size", "uint32", shape.vocabularyTokens],
    ...sentencePieceVocabulary(shape.vocabularyTokens),
  ];
  const parts: Buffer[] = [encodeHeader(metadata, plans)];
  for (const [i, { dimensions, role, type: written }] of plans.entries()) {
    const { blockBytes } = tensorFormats.get(written)!;
    const data = Buffer.alloc(tensorBytes(tensorFormats.get(written)!, dimensions));
    if (role === "norm") new Float32Array(data.buffer, data.byteOffset, data.length / 4).fill(1);
    else {
      const deviation = role === "embedding" ? 1 : (role === "output" ? 3 : 1) / Math.sqrt(dimensions[0]!);
      for (let at = 0; at < data.length; at += blockBytes) fill(data.subarray(at, at + blockBytes), deviation, byte);
    }
    const padding = i === plans.length - 1 ? 0 : alignUp(data.length, defaultAlignment) - data.length;
    parts.push(data, Buffer.alloc(padding));
  }
  writeFileSync(path, Buffer.concat(parts));
}

/** Scales first, then random bytes. */
function bytes(block: Buffer, scales: readonly number[], byte: () => number): void {
  for (let i = 0; i < block.length; i++) block[i] = byte();
  for (const [i, scale] of scales.entries()) half(block, 2 * i, scale);
}

function half(block: Buffer, at: number, value: number): void {
  block.writeUInt16LE(toHalf(value), at);
}
