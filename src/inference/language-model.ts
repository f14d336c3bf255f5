import { InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { type ModelFacts, modelFacts } from "./gguf/facts.ts";
import { readGgufHeader } from "./gguf/read-header.ts";
import { type OpenModelFile, requireRoot } from "./model-file.ts";
import { openListedModelFile } from "./model-file-manifest.ts";
import type { LlamaLibrary } from "./native/library.ts";
import { NativeModel } from "./native/native-model.ts";
import { type Gpu, type Numerics, referenceNumerics } from "./numerics.ts";
import { Vocabulary } from "./vocabulary.ts";

export interface ContextOptions {
  /** Tokens that one sequence can hold. May exceed what the model was trained on (for timing); see `trainedContextTokens`. */
  readonly contextTokens: number;
  /** How many sequences run in lock step. */
  readonly sequences?: number;
  readonly numerics?: Partial<Numerics>;
}

export interface LoadOptions {
  /** Layers kept on the GPU; all of them unless given. */
  readonly gpuLayers?: number | undefined;
  /** The model's root as the caller knows it: another file at this path is refused. */
  readonly expectedRoot?: string | undefined;
}

/** What loads models: the library, the GPU that it was opened for, and what llama.cpp last complained about. */
export interface Loader {
  readonly library: LlamaLibrary;
  readonly gpu: Gpu;
  readonly complaint: () => Promise<string>;
}

/** A GGUF model in memory. Its weights are shared by all contexts opened on it. */
export class LanguageModel {
  readonly path: string;
  /** The root (model-file.ts) of what was loaded. */
  readonly root: string;
  readonly fileBytes: number;
  readonly gpu: Gpu;
  readonly gpuLayers: number;
  readonly vocabulary: Vocabulary;
  readonly trainedContextTokens: number;
  readonly #model: NativeModel;
  readonly #file: OpenModelFile;
  readonly #contexts = new Set<InferenceContext>();

  private constructor(model: NativeModel, facts: ModelFacts, gpu: Gpu, gpuLayers: number, file: OpenModelFile) {
    const { path, identity } = file;
    this.#model = model;
    this.#file = file;
    this.path = path;
    this.root = identity.root;
    this.fileBytes = identity.fileBytes;
    this.gpu = gpu;
    this.gpuLayers = gpuLayers;
    this.vocabulary = new Vocabulary(model, path, facts.endTokens.length > 0);
    this.trainedContextTokens = model.trainedContextTokens;
  }

  /**
   * Errors: ModelFileError for a file that is not a whole GGUF, that its folder's manifest knows otherwise, that is not the expected one
   * or does not stay the same meanwhile; InferenceError `model-too-large` or `model-file`.
   */
  static async load(
    { library, gpu, complaint }: Loader,
    path: string,
    { gpuLayers, expectedRoot }: LoadOptions,
  ): Promise<LanguageModel> {
    const file = await openListedModelFile(path);
    try {
      if (expectedRoot !== undefined) requireRoot(path, file.identity.root, expectedRoot);
      const facts = readFacts(path);
      const options = { gpuLayers: gpu === "off" ? 0 : (gpuLayers ?? -1) };
      const model = await NativeModel.load(library, file, options);
      if (model === null) throw refusal(path, await complaint());
      try {
        await file.requireInPlace();
        // The output's matrix counts as a layer, too.
        const kept = gpu === "off" ? 0 : Math.min(gpuLayers ?? Number.POSITIVE_INFINITY, model.layers + 1);
        return new LanguageModel(model, facts, gpu, kept, file);
      } catch (error) {
        model.close();
        throw error;
      }
    } catch (error) {
      await file[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Throws ModelFileError `changed` when somebody has written into the file: what was computed since then is nobody's output. */
  async requireUntouched(): Promise<void> {
    await this.#file.requireUntouched();
  }

  async openContext({ numerics, ...options }: ContextOptions): Promise<InferenceContext> {
    const chosen = { ...referenceNumerics, ...numerics, gpu: this.gpu, gpuLayers: this.gpuLayers };
    const context = await InferenceContext.open(this.#model, this.vocabulary, { ...options, numerics: chosen });
    this.#contexts.add(context);
    return context;
  }

  /** Closes its contexts too. */
  async close(): Promise<void> {
    for (const context of this.#contexts) context.close();
    this.#model.close();
    await this.#file[Symbol.asyncDispose]();
  }
}

/** What the header says, if it is one that llama.cpp can take without ending the process. */
function readFacts(path: string): ModelFacts {
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
  return facts;
}

function refusal(path: string, reason: string): InferenceError {
  return /insufficient|memory|allocate/i.test(reason)
    ? new InferenceError("model-too-large", `${path}: does not fit into memory (${reason})`)
    : new InferenceError("model-file", `${path}: llama.cpp cannot load it (${reason})`);
}
