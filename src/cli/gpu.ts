/** `--gpu` and `--gpu-layers` of the commands that run experiments: settings of the same names. */
import type { Options } from "yargs";
import type { Gpu } from "../inference/numerics.ts";
import type { MachineChoice } from "../inference/other-machines/machine-process.ts";

const gpuChoices = ["off", "auto", "cuda", "vulkan", "metal"] as const;
export type GpuChoice = (typeof gpuChoices)[number];

export const gpuOptions = {
  gpu: {
    choices: gpuChoices,
    requiresArg: true,
    describe:
      "where models run, instead of the file's gpu; asked for and absent is an error, auto takes one if there is one",
  },
  "gpu-layers": {
    type: "number",
    requiresArg: true,
    describe: "layers kept on the GPU, instead of the file's gpuLayers",
  },
} as const satisfies Record<string, Options>;

export interface GpuArguments {
  readonly gpu: GpuChoice | undefined;
  readonly "gpu-layers": number | undefined;
}

/** As overrides of settings. What `auto` found is said in full, so that the results say on what they were made. */
export async function gpuOverrides({ gpu, "gpu-layers": layers }: GpuArguments): Promise<string[]> {
  return [
    ...(gpu === undefined ? [] : [`gpu=${gpu === "auto" ? await openedGpu("auto") : gpu}`]),
    ...(layers === undefined ? [] : [`gpuLayers=${layers}`]),
  ];
}

/**
 * Fails at once, rather than in the first cell, where a GPU is asked for and absent: for the whole experiment, or for one of the machines
 * that `cross-hardware` names. Errors: as Backend.open.
 */
export async function requireGpu({ gpu, machines, inference }: Readonly<Record<string, unknown>>): Promise<void> {
  if (inference === "store-only") return;
  if (gpu !== undefined && gpu !== "off") await openedGpu(gpu as GpuChoice);
  const onGpu = (Array.isArray(machines) ? (machines as MachineChoice[]) : []).filter(
    ({ gpu: own = "off" }) => own !== "off",
  );
  if (onGpu.length === 0) return;
  const { MachineProcess } = await import("../inference/other-machines/machine-process.ts");
  for (const machine of onGpu) await (await MachineProcess.open(machine)).close();
}

/** The backend that llama.cpp opens for this choice. */
export async function openedGpu(gpu: GpuChoice): Promise<Gpu> {
  const { Backend } = await import("../inference/backend.ts");
  const backend = await Backend.open(gpu);
  await backend.close();
  return backend.gpu;
}
