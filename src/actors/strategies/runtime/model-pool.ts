/** The models that strategies and the reference run on: opened when first needed, kept until closed. */
import { resolve } from "node:path";
import { Backend } from "../../../inference/backend.ts";
import type { InferenceContext } from "../../../inference/context.ts";
import { InferenceError } from "../../../inference/errors.ts";
import type { LanguageModel } from "../../../inference/language-model.ts";
import { type Gpu, type Numerics, referenceNumerics } from "../../../inference/numerics.ts";
import { MachineProcess } from "../../../inference/other-machines/machine-process.ts";
import { type Engine, engineOf } from "../../../inference/transcript.ts";
import { type ContinuationRequest, continueOutputs } from "../../../inference/transcript-generation.ts";
import { type GenerationShape, StrategyError } from "./strategy.ts";

export interface ModelFile {
  readonly path: string;
  /** Its root (src/inference/model-file.ts): a file that has another one when it is opened is refused. */
  readonly root: string;
}

/** Everything about the machinery that decides what a transcript holds. */
export interface InferenceSetup {
  /** By the names that strategies use; `target` is the model that jobs ask for and the reference that judges. */
  readonly models: Readonly<Record<string, ModelFile>> & { readonly target: ModelFile };
  /** Tokens that a prompt and its output may have together. */
  readonly contextTokens: number;
  /** How many jobs generate in lock step; does not change their outputs. */
  readonly sequences: number;
  readonly gpu?: Gpu;
  /** Needed with a GPU: how many layers it keeps. */
  readonly gpuLayers?: number;
  /** The node's settings that differ from `referenceNumerics`. */
  readonly numerics?: Partial<Numerics>;
  /** The verifier's. */
  readonly scoringNumerics?: Partial<Numerics>;
  /** Prompts from which `otherJob` is drawn. */
  readonly pool?: readonly string[];
}

/** A model as one node runs it. */
export interface ModelAt {
  readonly name: string;
  readonly numerics: Numerics;
  /** Null: this machine's own. */
  readonly cpuKernels: string | null;
  readonly shape: GenerationShape;
}

export class ModelPool {
  readonly engine: Engine;
  readonly #backend: Backend;
  readonly #setup: InferenceSetup;
  readonly #models = new Map<string, Promise<LanguageModel>>();
  readonly #contexts = new Map<string, Promise<InferenceContext>>();
  readonly #kernels = new Map<string, Promise<MachineProcess>>();

  private constructor(backend: Backend, engine: Engine, setup: InferenceSetup) {
    this.#backend = backend;
    this.engine = engine;
    this.#setup = setup;
  }

  /** Starts llama.cpp; loads no model yet. Errors: as Backend.open. */
  static async open(setup: InferenceSetup): Promise<ModelPool> {
    const backend = await Backend.open(setup.gpu ?? "off");
    return new ModelPool(backend, engineOf(await backend.describe()), setup);
  }

  model(name: string): Promise<LanguageModel> {
    const { path, root: expectedRoot } = modelFile(this.#setup, name);
    const { gpuLayers } = this.#setup;
    return remembered(this.#models, path, () => this.#backend.loadModel(path, { gpuLayers, expectedRoot }));
  }

  /** With as many sequences as asked for; contexts of one model share its weights. */
  context(name: string, numerics: Numerics, sequences: number): Promise<InferenceContext> {
    const { contextTokens } = this.#setup;
    return remembered(this.#contexts, JSON.stringify([name, numerics, sequences]), async () =>
      (await this.model(name)).openContext({ contextTokens, sequences, numerics }),
    );
  }

  /**
   * Generates where it is to be done: here, or in a process with other CPU kernels. Errors: as `continueOutputs` and MachineProcess;
   * `bad-request` for CPU kernels together with a GPU.
   */
  async generate(
    { name, numerics: asked, cpuKernels, shape: { sequences: own, ...shape } }: ModelAt,
    requests: readonly ContinuationRequest[],
    signal: AbortSignal | undefined,
  ): Promise<number[][]> {
    const sequences = own ?? this.#setup.sequences;
    // A node that takes one job at a time has nothing to put beside it. Transcripts know this by the strategy's `sequences`.
    const isAlone = own === 1 && asked.decodeShape === "single";
    const numerics: Numerics = isAlone ? { ...asked, decodeShape: "alone" } : asked;
    if (cpuKernels === null)
      return continueOutputs(await this.context(name, numerics, sequences), requests, { signal, shape });
    if (numerics.gpu !== "off")
      throw new InferenceError(
        "bad-request",
        `CPU kernels '${cpuKernels}' beside a GPU: leave one of them out, or take an experiment of kind cross-hardware`,
      );
    const process = await remembered(this.#kernels, cpuKernels, () => MachineProcess.open({ cpuKernels }));
    const { contextTokens } = this.#setup;
    const { path, root: modelRoot } = modelFile(this.#setup, name);
    const modelPath = resolve(path);
    return process.continueOutputs({ modelPath, modelRoot, contextTokens, sequences, numerics }, requests, {
      signal,
      shape,
    });
  }

  /** Throws ModelFileError `changed` when somebody has written into a file that is in use. */
  async requireUntouched(): Promise<void> {
    for (const model of this.#models.values()) await (await model).requireUntouched();
  }

  async close(): Promise<void> {
    for (const process of await Promise.allSettled(this.#kernels.values()))
      if (process.status === "fulfilled") await process.value.close();
    await this.#backend.close();
  }
}

/** Throws StrategyError `unknown-model`. */
export function modelFile({ models }: InferenceSetup, name: string): ModelFile {
  const file = models[name];
  if (file === undefined)
    throw new StrategyError("unknown-model", `model '${name}': expected one of ${Object.keys(models).join(", ")}`);
  return file;
}

/** The settings in full: the reference's, then those given, later ones first. Throws InferenceError `bad-request`. */
export function fullNumerics({ gpu = "off", gpuLayers }: InferenceSetup, ...given: Partial<Numerics>[]): Numerics {
  if (gpu !== "off" && gpuLayers === undefined)
    throw new InferenceError(
      "bad-request",
      `gpu '${gpu}' without gpuLayers: say how many, they are part of the identity`,
    );
  return Object.assign({ ...referenceNumerics }, ...given, { gpu, gpuLayers: gpu === "off" ? 0 : gpuLayers });
}

function remembered<Value>(of: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  let value = of.get(key);
  if (value === undefined) {
    value = make();
    of.set(key, value);
  }
  return value;
}
