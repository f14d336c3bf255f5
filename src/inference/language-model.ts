import type { Llama, LlamaModel } from "node-llama-cpp";
import { InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { type Gpu, type Numerics, referenceNumerics } from "./numerics.ts";
import { Vocabulary } from "./vocabulary.ts";

export interface ContextOptions {
  /** Tokens that one sequence can hold. May exceed what the model was trained on (for timing); see `trainedContextTokens`. */
  readonly contextTokens: number;
  /** How many sequences run in lock step. */
  readonly sequences?: number;
  /** Tokens that one call to llama.cpp can take; by default as many as a sequence holds, so that no pass is split. */
  readonly batchTokens?: number;
  readonly numerics?: Partial<Numerics>;
}

/** A GGUF model in memory. Its weights are shared by all contexts opened on it. */
export class LanguageModel {
  readonly path: string;
  readonly gpu: Gpu;
  readonly gpuLayers: number;
  readonly vocabulary: Vocabulary;
  readonly trainedContextTokens: number;
  readonly #model: LlamaModel;

  private constructor(model: LlamaModel, gpu: Gpu, path: string) {
    this.#model = model;
    this.path = path;
    this.gpu = gpu;
    this.gpuLayers = gpu === "off" ? 0 : model.gpuLayers;
    this.vocabulary = new Vocabulary(model, path);
    this.trainedContextTokens = model.trainContextSize;
  }

  /** Errors: ModelFileError for a file that is not a whole GGUF, InferenceError `model-too-large` or `model-file`. */
  static async load(
    llama: Llama,
    gpu: Gpu,
    path: string,
    { gpuLayers }: { readonly gpuLayers?: number },
  ): Promise<LanguageModel> {
    try {
      const model = await llama.loadModel({ modelPath: path, gpuLayers: gpu === "off" ? 0 : (gpuLayers ?? "max") });
      return new LanguageModel(model, gpu, path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message.split("\n")[0]! : String(cause);
      if (/insufficient|memory/i.test(reason))
        throw new InferenceError("model-too-large", `${path}: does not fit into memory (${reason})`, { cause });
      throw new InferenceError("model-file", `${path}: llama.cpp cannot load it (${reason})`, { cause });
    }
  }

  openContext({ numerics, ...options }: ContextOptions): Promise<InferenceContext> {
    const chosen = { ...referenceNumerics, ...numerics, gpu: this.gpu, gpuLayers: this.gpuLayers };
    return InferenceContext.open(this.#model, this.vocabulary, { ...options, numerics: chosen });
  }

  async close(): Promise<void> {
    await this.#model.dispose();
  }
}
