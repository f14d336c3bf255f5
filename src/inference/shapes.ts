/**
 * Shapes of llama-architecture models, as published for LLaMA and Llama 2 (7b, 13b, 70b) and TinyLlama (1b); the smaller ones
 * are ours. A shape is all that the time of an inference depends on: weights of any value take as long.
 */
export interface LlamaShape {
  /** Width of the residual stream. */
  readonly embedding: number;
  readonly layers: number;
  readonly heads: number;
  /** Key and value heads (fewer than `heads`: grouped-query attention). */
  readonly kvHeads: number;
  /** Inner width of the feed-forward network. */
  readonly feedForward: number;
  readonly vocabularyTokens: number;
  readonly contextTokens: number;
}

const shape = (
  embedding: number,
  layers: number,
  heads: number,
  kvHeads: number,
  feedForward: number,
  vocabularyTokens: number,
  contextTokens: number,
): LlamaShape => ({ embedding, layers, heads, kvHeads, feedForward, vocabularyTokens, contextTokens });

export const namedShapes = {
  tiny: shape(64, 2, 4, 2, 192, 512, 512),
  "10m": shape(320, 6, 5, 5, 864, 4096, 2048),
  "100m": shape(640, 12, 10, 10, 1728, 32000, 2048),
  "1b": shape(2048, 22, 32, 4, 5632, 32000, 2048),
  "7b": shape(4096, 32, 32, 32, 11008, 32000, 4096),
  "13b": shape(5120, 40, 40, 40, 13824, 32000, 4096),
  "70b": shape(8192, 80, 64, 8, 28672, 32000, 4096),
} as const satisfies Record<string, LlamaShape>;

export type ShapeName = keyof typeof namedShapes;

export interface LlamaTensor {
  readonly name: string;
  /** Innermost first, as ggml stores them: [inputs, outputs] of a matrix, [width] of a norm. */
  readonly dimensions: readonly number[];
  readonly role: "embedding" | "norm" | "matrix" | "output";
}

/** Every tensor of a model of this shape, in file order, under llama.cpp's names. */
export function llamaTensors(shape: LlamaShape): LlamaTensor[] {
  const { embedding, feedForward, vocabularyTokens } = shape;
  const keyValueWidth = (embedding / shape.heads) * shape.kvHeads;
  const tensors: LlamaTensor[] = [
    { name: "token_embd.weight", dimensions: [embedding, vocabularyTokens], role: "embedding" },
  ];
  for (let layer = 0; layer < shape.layers; layer++) {
    const norm = (name: string): LlamaTensor => ({
      name: `blk.${layer}.${name}.weight`,
      dimensions: [embedding],
      role: "norm",
    });
    const matrix = (name: string, inputs: number, outputs: number): LlamaTensor => ({
      name: `blk.${layer}.${name}.weight`,
      dimensions: [inputs, outputs],
      role: "matrix",
    });
    tensors.push(
      norm("attn_norm"),
      matrix("attn_q", embedding, embedding),
      matrix("attn_k", embedding, keyValueWidth),
      matrix("attn_v", embedding, keyValueWidth),
      matrix("attn_output", embedding, embedding),
      norm("ffn_norm"),
      matrix("ffn_gate", embedding, feedForward),
      matrix("ffn_up", embedding, feedForward),
      matrix("ffn_down", feedForward, embedding),
    );
  }
  tensors.push(
    { name: "output_norm.weight", dimensions: [embedding], role: "norm" },
    { name: "output.weight", dimensions: [embedding, vocabularyTokens], role: "output" },
  );
  return tensors;
}

/** Number of weights of a model of this shape. */
export function parameterCount(shape: LlamaShape): number {
  return llamaTensors(shape).reduce((sum, { dimensions }) => sum + dimensions.reduce((a, b) => a * b, 1), 0);
}

/** What is wrong with a shape, as "field: problem" lines; empty when llama.cpp can load it in any format Camelid writes. */
export function shapeProblems(shape: LlamaShape): string[] {
  const problems: string[] = [];
  for (const [field, value] of Object.entries(shape))
    if (!Number.isInteger(value) || value < 1 || value > 1_000_000)
      problems.push(`${field}: expected a whole number from 1 to 1000000, found ${value}`);
  if (problems.length > 0) return problems;
  const { embedding, heads, kvHeads, feedForward, vocabularyTokens, layers } = shape;
  if (embedding % 32 !== 0) problems.push(`embedding: ${embedding} is not a multiple of 32, the block size of Q8_0`);
  if (feedForward % 32 !== 0)
    problems.push(`feedForward: ${feedForward} is not a multiple of 32, the block size of Q8_0`);
  if (embedding % heads !== 0) problems.push(`heads: ${heads} do not divide the embedding of ${embedding}`);
  else if ((embedding / heads) % 2 !== 0)
    problems.push(`heads: a head of ${embedding / heads} is odd, and rotary embedding turns pairs`);
  if (kvHeads > heads || heads % kvHeads !== 0) problems.push(`kvHeads: ${kvHeads} do not divide the ${heads} heads`);
  if (vocabularyTokens < minimumVocabularyTokens)
    problems.push(
      `vocabularyTokens: ${vocabularyTokens} is below ${minimumVocabularyTokens} (256 bytes, <unk>, <s>, </s>, space)`,
    );
  if (layers > 512) problems.push(`layers: ${layers} is above llama.cpp's limit of 512`);
  return problems;
}

/** 256 single bytes, the three special tokens and the mark of a space. */
export const minimumVocabularyTokens = 260;
