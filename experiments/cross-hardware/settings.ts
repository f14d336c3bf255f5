import { z } from "zod";
import { judgedPrompts, judgedSampling } from "../attack/settings.ts";
import { gpuSettings } from "../shared/gpu-settings.ts";
import { machineSettings } from "../shared/hardware-settings.ts";
import { transcriptSettings } from "../shared/inference-settings.ts";

const { gpu, gpuLayers } = gpuSettings;

const asText = z.union([z.string(), z.int()]).transform(String);
const deviceNumbers = asText.refine(
  (text) => /^\d{1,3}(,\d{1,3})*$/.test(text),
  "expected device numbers, such as 0,1",
);
/** llama.cpp looks whether they are there, not what they say: a 0 would switch them on, too. */
const switchedOn = asText.refine((text) => text === "1", "expected 1, or no such variable");

/**
 * The variables that choose devices and kernels, with the values they take, and no others: some name libraries to load, and an
 * experiment file from elsewhere must not run code.
 */
const environmentSettings = z.strictObject(
  Object.fromEntries([
    ...["CUDA_VISIBLE_DEVICES", "GGML_VK_VISIBLE_DEVICES"].map((name) => [name, deviceNumbers.optional()]),
    ...[
      "GGML_CPU_DISABLE_FUSION",
      "GGML_CUDA_DISABLE_FUSION",
      "GGML_CUDA_DISABLE_GRAPHS",
      "GGML_VK_DISABLE_BFLOAT16",
      "GGML_VK_DISABLE_COOPMAT",
      "GGML_VK_DISABLE_COOPMAT2",
      "GGML_VK_DISABLE_DOT2",
      "GGML_VK_DISABLE_F16",
      "GGML_VK_DISABLE_FUSION",
      "GGML_VK_DISABLE_INTEGER_DOT_PRODUCT",
      "GGML_VK_DISABLE_MMVQ",
    ].map((name) => [name, switchedOn.optional()]),
  ]) as unknown as Record<string, typeof asText>, // Absent ones are absent, not undefined.
);

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
    environment: environmentSettings
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
