/** Options shared by the commands that load a model. */
import type { Argv, InferredOptionTypes, Options } from "yargs";
import { decodeShapes, kvCacheTypes, type Numerics, referenceNumerics } from "../inference/numerics.ts";
import { type Sampling, samplingChoices } from "../inference/sampling/sampling.ts";
import { expectNumbers } from "./argument-errors.ts";

const samplingGroup = "Sampling:";
const numericsGroup = "Numerics (what decides the logits):";

const samplingOptions = {
  temperature: { type: "number", requiresArg: true, default: 0.7, group: samplingGroup, describe: "0 is greedy" },
  "top-k": {
    type: "number",
    requiresArg: true,
    default: 0,
    group: samplingGroup,
    describe: "only the k likeliest tokens; 0 keeps all",
  },
  "top-p": {
    type: "number",
    requiresArg: true,
    default: 1,
    group: samplingGroup,
    describe: "only this share of probability; 1 keeps all",
  },
  choice: {
    choices: samplingChoices,
    requiresArg: true,
    default: "gumbel",
    group: samplingGroup,
    describe: "how randomness picks the token",
  },
} as const satisfies Record<string, Options>;

const numericsOptions = {
  gpu: {
    choices: ["off", "auto", "cuda", "vulkan", "metal"],
    requiresArg: true,
    default: "off",
    group: numericsGroup,
    describe: "a GPU asked for and absent is an error",
  },
  "gpu-layers": {
    type: "number",
    requiresArg: true,
    group: numericsGroup,
    describe: "layers kept on the GPU; all unless given",
  },
  threads: {
    type: "number",
    requiresArg: true,
    default: referenceNumerics.threads,
    group: numericsGroup,
    describe: "CPU threads",
  },
  "flash-attention": {
    type: "boolean",
    default: referenceNumerics.flashAttention,
    group: numericsGroup,
    describe: "llama.cpp's fused attention; rounds otherwise",
  },
  "kv-cache": {
    choices: kvCacheTypes,
    requiresArg: true,
    default: referenceNumerics.kvCacheType,
    group: numericsGroup,
    describe: "type of the KV cache",
  },
  decode: {
    choices: decodeShapes,
    requiresArg: true,
    default: referenceNumerics.decodeShape,
    group: numericsGroup,
    describe:
      "a step is single: in a batch; alone: one row, as one job; paired: shaped so that scoring agrees bit for bit",
  },
} as const satisfies Record<string, Options>;

export type SamplingArguments = InferredOptionTypes<typeof samplingOptions>;
export type NumericsArguments = InferredOptionTypes<typeof numericsOptions>;

export function withSampling<T>(yargs: Argv<T>): Argv<T & SamplingArguments> {
  return yargs.options(samplingOptions).check((given) =>
    expectNumbers(given, {
      temperature: { whole: false, least: 0 },
      "top-k": { whole: true, least: 0 },
      "top-p": { whole: false, least: 0, most: 1 },
    }),
  ) as unknown as Argv<T & SamplingArguments>;
}

export function withNumerics<T>(yargs: Argv<T>): Argv<T & NumericsArguments> {
  return yargs
    .options(numericsOptions)
    .check((given) =>
      expectNumbers(given, { threads: { whole: true, least: 1 }, "gpu-layers": { whole: true, least: 0 } }),
    ) as unknown as Argv<T & NumericsArguments>;
}

export function samplingOf(given: SamplingArguments): Sampling {
  return {
    temperature: given.temperature,
    topK: given["top-k"],
    topP: given["top-p"],
    choice: given.choice as Sampling["choice"],
  };
}

export function numericsOf(given: NumericsArguments): Partial<Numerics> {
  return {
    threads: given.threads,
    flashAttention: given["flash-attention"],
    kvCacheType: given["kv-cache"] as Numerics["kvCacheType"],
    decodeShape: given.decode as Numerics["decodeShape"],
  };
}
