import { z } from "zod";
import { judgedPrompts, judgedSampling } from "../attack/settings.ts";
import { gpuSettings } from "../shared/gpu-settings.ts";
import { machineSettings } from "../shared/hardware-settings.ts";
import { transcriptSettings } from "../shared/inference-settings.ts";

const { gpu, gpuLayers } = gpuSettings;

const machine = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(60)
      .regex(/^[ -~\u00a0-\uffff]+$/, "expected one line of printable characters")
      .describe("what figures call it"),
    gpu,
    gpuLayers,
    cpuKernels: z
      .string()
      .regex(/^\w+$/, "expected a kernel library as llama.cpp calls it, such as haswell")
      .optional()
      .describe(
        "kernel library of a CPU family, such as haswell; the best that this processor runs unless given (Linux x64)",
      ),
    environment: z
      .record(
        z.string().regex(/^(GGML|CUDA|VK)_[A-Z0-9_]+$/, "expected names that start with GGML_, CUDA_ or VK_"),
        z.union([z.string(), z.int()]).transform(String).describe("text or a whole number"),
      )
      .optional()
      .describe("environment variables of its process, by which llama.cpp chooses devices and kernels"),
  })
  .refine(
    ({ gpu: on = "off", cpuKernels }) => on === "off" || cpuKernels === undefined,
    "expected either a gpu or cpuKernels",
  )
  .refine(
    ({ gpu: on = "off", gpuLayers: layers }) => on === "off" || layers !== undefined,
    "expected gpuLayers beside a gpu: 99 for all of a model's",
  );

/** Settings of experiments of kind `cross-hardware`: honest outputs of each machine, verified on each. */
export const crossHardwareSettings = z.strictObject({
  models: z
    .strictObject({ target: z.string().min(1).describe("path of the GGUF file that jobs ask for") })
    .describe("models by name: target"),
  machines: z
    .array(machine)
    .min(2)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, "expected a name of its own for each")
    .describe(
      "who generates and who verifies: everybody's outputs are verified by everybody. The first sets thresholds",
    ),
  prompts: judgedPrompts,
  tokenLimit: z.int().min(2).max(4096).describe("tokens to generate at most"),
  samplings: z
    .array(judgedSampling)
    .min(1)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, "expected a name of its own for each")
    .describe("how tokens are picked, one set of jobs each"),
  sequences: transcriptSettings.sequences,
  hardware: machineSettings.describe("whose time and energy model work is priced in"),
});
export type CrossHardwareSettings = z.output<typeof crossHardwareSettings>;
export type CrossMachine = CrossHardwareSettings["machines"][number];
