/**
 * What a llama-architecture model has to compute and to read, from its file alone. A multiplication and an addition are two
 * operations. Norms, rotations and softmax are left out: under 2 % even of the smallest model here.
 */
import { modelFacts } from "../../src/inference/gguf/facts.ts";
import { readGgufHeader } from "../../src/inference/gguf/read-header.ts";
import type { KvCacheType } from "../../src/inference/numerics.ts";
import { ExperimentFileError } from "../../src/lab/experiment/file.ts";

export interface ModelWork {
  readonly weightFormat: string;
  readonly layers: number;
  /** Weights of the matrices of one layer's attention, and of its feed-forward network. */
  readonly attentionWeights: number;
  readonly feedForwardWeights: number;
  readonly outputWeights: number;
  /** Width of all heads together, and of the cached keys (or values) of one token and layer. */
  readonly headsWidth: number;
  readonly kvWidth: number;
  /** Of everything that one decode step reads whatever its depth: all tensors but the table of embeddings. */
  readonly weightBytes: number;
}

export function modelWork(path: string): ModelWork {
  const header = readGgufHeader(path);
  const { architecture, embedding, layers, heads, kvHeads, feedForward, vocabularyTokens, weightFormat } =
    modelFacts(header);
  if (architecture !== "llama" || !embedding || !layers || !heads || !kvHeads || !feedForward || !vocabularyTokens)
    throw new ExperimentFileError([`${path}: expected a model of the llama architecture that states its shape`]);
  const kvWidth = (embedding / heads) * kvHeads;
  // Without an output matrix of its own, a model uses the table of embeddings as one.
  const tied = !header.tensors.some(({ name }) => name === "output.weight");
  const read = header.tensors.filter(({ name }) => tied || name !== "token_embd.weight");
  return {
    weightFormat,
    layers,
    attentionWeights: 2 * embedding * (embedding + kvWidth),
    feedForwardWeights: 3 * embedding * feedForward,
    outputWeights: embedding * vocabularyTokens,
    headsWidth: embedding,
    kvWidth,
    weightBytes: read.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

export interface Operations {
  readonly matrix: number;
  readonly attention: number;
}

/**
 * Operations of feeding `tokens` behind `depthTokens` others and asking about `asked` of them. llama.cpp runs the last
 * feed-forward network and the output matrix for the asked ones only. Attention counts what causality asks for: token i
 * looks at i + 1 tokens; a kernel that computes the masked half too is doing more than it needs.
 */
export function operationsOf(work: ModelWork, tokens: number, depthTokens: number, asked: number): Operations {
  const everyToken = work.layers * work.attentionWeights + (work.layers - 1) * work.feedForwardWeights;
  const looks = tokens * depthTokens + (tokens * (tokens + 1)) / 2;
  return {
    matrix: 2 * (tokens * everyToken + asked * (work.feedForwardWeights + work.outputWeights)),
    attention: 4 * work.layers * work.headsWidth * looks, // query x key, and weight x value
  };
}

/** Bytes that one decode step at a depth reads: every weight once, and the cached keys and values of all tokens before it. */
export function decodeBytes(work: ModelWork, depthTokens: number, kvCacheType: KvCacheType): number {
  return work.weightBytes + 2 * work.layers * work.kvWidth * depthTokens * kvBytes[kvCacheType];
}

/** Bytes per value; quantised types hold blocks of 32 with a two-byte scale. */
const kvBytes: Readonly<Record<KvCacheType, number>> = { F32: 4, F16: 2, Q8_0: 34 / 32, Q4_0: 18 / 32 };
