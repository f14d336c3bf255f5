/** On what experiments that run models run them. Absent: the CPU, so that files without these settings stay what they were. */
import { z } from "zod";
import type { Gpu } from "../../src/inference/numerics.ts";

const gpus = ["off", "cuda", "vulkan", "metal"] as const satisfies readonly Gpu[];

export const gpuSettings = {
  gpu: z
    .enum(gpus)
    .optional()
    .describe(`GPU backend: one of ${gpus.join(", ")}; asked for and absent is an error`),
  gpuLayers: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe("layers kept on the GPU: all unless given; transcripts need the number, which is part of what they are"),
};

export interface GpuSettings {
  readonly gpu?: Gpu | undefined;
  readonly gpuLayers?: number | undefined;
}

/** As options of Backend.loadModel. */
export function gpuLayersOf({ gpuLayers }: GpuSettings): { readonly gpuLayers?: number } {
  return gpuLayers === undefined ? {} : { gpuLayers };
}

/** For the manifest, where an experiment runs several models: `all` is another number for each. */
export function recordedGpuLayers(opened: Gpu, { gpuLayers }: GpuSettings): number | "all" {
  return opened === "off" ? 0 : (gpuLayers ?? "all");
}
