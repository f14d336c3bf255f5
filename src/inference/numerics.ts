/**
 * The settings that decide which floating-point numbers come out: part of the identity of a backend.
 *
 * Which of them change logits was measured (README, "What changes logits"): threads, batch capacity and context size do
 * not; decode shape, flash attention, KV cache type and CPU kernels do.
 */
export type Gpu = "off" | "cuda" | "vulkan" | "metal";
export const kvCacheTypes = ["F32", "F16", "Q8_0", "Q4_0"] as const;
export type KvCacheType = (typeof kvCacheTypes)[number];

/**
 * How many tokens of one sequence a generation step feeds to llama.cpp.
 *
 * `single`: one, as every ordinary generator does; attention then runs a vector kernel whose rounding differs from the
 * matrix kernel of a batch. `paired`: the token and a throw-away neighbour, which selects the batch's kernel, so that
 * generating and scoring agree bit for bit (at about 1.2 to 1.5 times the cost).
 */
export const decodeShapes = ["single", "paired"] as const;
export type DecodeShape = (typeof decodeShapes)[number];

export interface Numerics {
  readonly gpu: Gpu;
  /** Layers kept on the GPU; 0 without one. */
  readonly gpuLayers: number;
  readonly threads: number;
  readonly flashAttention: boolean;
  readonly kvCacheType: KvCacheType;
  readonly decodeShape: DecodeShape;
}

/** The reference: exact agreement between runs, and between one job alone and the same job among others. */
export const referenceNumerics: Numerics = {
  gpu: "off",
  gpuLayers: 0,
  threads: 1,
  flashAttention: false,
  kvCacheType: "F16",
  decodeShape: "single",
};
