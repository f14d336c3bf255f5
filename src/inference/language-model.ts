import type { Llama, LlamaModel } from "node-llama-cpp";
import { InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { type ModelFacts, modelFacts } from "./gguf/facts.ts";
import { readGgufHeader } from "./gguf/read-header.ts";
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
  readonly #contexts = new Set<InferenceContext>();

  private constructor(model: LlamaModel, facts: ModelFacts, gpu: Gpu, path: string) {
    this.#model = model;
    this.path = path;
    this.gpu = gpu;
    this.gpuLayers = gpu === "off" ? 0 : model.gpuLayers;
    this.vocabulary = new Vocabulary(model, path, facts.endTokens.length > 0);
    this.trainedContextTokens = model.trainContextSize;
  }

  /** Errors: ModelFileError for a file that is not a whole GGUF, InferenceError `model-too-large` or `model-file`. */
  static async load(
    llama: Llama,
    gpu: Gpu,
    path: string,
    { gpuLayers }: { readonly gpuLayers?: number },
  ): Promise<LanguageModel> {
    const header = readGgufHeader(path);
    const facts = modelFacts(header);
    // llama.cpp ends the whole process over heads that do not divide what they share.
    const { architecture, embedding, heads, kvHeads } = facts;
    const freeHeadSize = header.metadata.has(`${architecture}.attention.key_length`);
    const divides = (part: number | undefined, whole: number | undefined) =>
      part === undefined || whole === undefined || (part > 0 && whole % part === 0);
    if (!divides(kvHeads, heads) || !(freeHeadSize || divides(heads, embedding)))
      throw new InferenceError(
        "model-file",
        `${path}: ${heads} heads and ${kvHeads} key-value heads for a width of ${embedding}: no model has that shape; the file is damaged`,
      );
    if (facts.splitFiles > 1)
      throw new InferenceError(
        "model-file",
        `${path}: one of ${facts.splitFiles} parts of a split model; join them with llama-gguf-split --merge`,
      );
    try {
      const model = await llama.loadModel({ modelPath: path, gpuLayers: gpu === "off" ? 0 : (gpuLayers ?? "max") });
      return new LanguageModel(model, facts, gpu, path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message.split("\n")[0]! : String(cause);
      if (/insufficient|memory/i.test(reason))
        throw new InferenceError("model-too-large", `${path}: does not fit into memory (${reason})`, { cause });
      throw new InferenceError("model-file", `${path}: llama.cpp cannot load it (${reason})`, { cause });
    }
  }

  async openContext({ numerics, ...options }: ContextOptions): Promise<InferenceContext> {
    const chosen = { ...referenceNumerics, ...numerics, gpu: this.gpu, gpuLayers: this.gpuLayers };
    const context = await InferenceContext.open(this.#model, this.vocabulary, { ...options, numerics: chosen });
    this.#contexts.add(context);
    return context;
  }

  /** Closes its contexts too. */
  async close(): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.#model.dispose();
  }
}
