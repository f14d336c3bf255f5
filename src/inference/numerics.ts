/**
 * The settings that decide which floating-point numbers come out: part of the identity of a backend.
 *
 * Which of them change logits was measured (docs/numerics.md): threads, batch capacity and context size do
 * not; decode shape, flash attention, KV cache type and CPU kernels do.
 */
export type Gpu = "off" | "cuda" | "vulkan" | "metal";
export const kvCacheTypes = ["F32", "F16", "Q8_0", "Q4_0"] as const;
export type KvCacheType = (typeof kvCacheTypes)[number];

/**
 * The form of a generation step, which decides the kernels that llama.cpp takes, and so the rounding.
 *
 * `single`: one token of each sequence, in a batch of several: beside other jobs, or beside rows that nobody reads, so that an output
 * does not depend on its neighbours. `alone`: one token of one job and nothing else, as a node with a single job computes it, by
 * kernels for vectors. `paired`: each token with throw-away neighbours behind it (one, where two rows are enough), so that a step
 * takes the kernels of a long text's batch, and generating and scoring agree bit for bit (at about 1.2 to 1.5 times the cost). How many
 * rows that takes is measured for each model and these settings (kernel-shape.ts).
 */
export const decodeShapes = ["single", "alone", "paired"] as const;
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
