import { InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { type ModelFacts, modelFacts } from "./gguf/facts.ts";
import { readGgufHeader } from "./gguf/read-header.ts";
import { type OpenModelFile, requireRoot } from "./model-file.ts";
import { openListedModelFile } from "./model-file-manifest.ts";
import type { LlamaLibrary } from "./native/library.ts";
import { NativeModel } from "./native/native-model.ts";
import { type Gpu, type Numerics, referenceNumerics } from "./numerics.ts";
import { notADecoder, requireRuns } from "./probe/probe.ts";
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
  /** Without trying it in a child process first: for that process itself. */
  readonly unprobed?: boolean;
}

/** What loads models: the library, the GPU that it was opened for, and what llama.cpp last complained about. */
export interface Loader {
  readonly library: LlamaLibrary;
  readonly gpu: Gpu;
  readonly complaint: () => Promise<string>;
}

interface Placement {
  readonly gpu: Gpu;
  readonly gpuLayers: number;
  readonly unprobed: boolean;
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

  private constructor(model: NativeModel, facts: ModelFacts, file: OpenModelFile, placed: Placement) {
    const { path, identity } = file;
    const { gpu, gpuLayers, unprobed } = placed;
    this.#model = model;
    this.#file = file;
    this.path = path;
    this.root = identity.root;
    this.fileBytes = identity.fileBytes;
    this.gpu = gpu;
    this.gpuLayers = gpuLayers;
    this.vocabulary = new Vocabulary(model, path, facts, unprobed);
    this.trainedContextTokens = model.trainedContextTokens;
  }

  /**
   * Errors: ModelFileError for a file that is not a whole GGUF, that its folder's manifest knows otherwise, that is not the expected one
   * or does not stay the same meanwhile; InferenceError `model-too-large` or `model-file`.
   */
  static async load(
    { library, gpu, complaint }: Loader,
    path: string,
    { gpuLayers, expectedRoot, unprobed = false }: LoadOptions,
  ): Promise<LanguageModel> {
    const file = await openListedModelFile(path);
    try {
      if (expectedRoot !== undefined) requireRoot(path, file.identity.root, expectedRoot);
      const facts = readFacts(path);
      if (!unprobed) await requireRuns({ path, root: file.identity.root, ...whatToTry(facts) });
      const options = { gpuLayers: gpu === "off" ? 0 : (gpuLayers ?? -1) };
      const model = await NativeModel.load(library, file, options);
      if (model === null) throw refusal(path, await complaint());
      try {
        await file.requireInPlace();
        // The output's matrix counts as a layer, too.
        const kept = gpu === "off" ? 0 : Math.min(gpuLayers ?? Number.POSITIVE_INFINITY, model.layers + 1);
        return new LanguageModel(model, facts, file, { gpu, gpuLayers: kept, unprobed });
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

/** What the header says of a model that can write; what llama.cpp makes of the rest shows when it is tried. */
function readFacts(path: string): ModelFacts {
  const facts = modelFacts(readGgufHeader(path));
  const { architecture = "not stated", splitFiles, attendsToBothSides, pools, tokenizer } = facts;
  if (splitFiles > 1)
    throw new InferenceError(
      "model-file",
      `${path}: one of ${splitFiles} parts of a split model; join them with llama-gguf-split --merge`,
    );
  if (attendsToBothSides) throw notADecoder(path, architecture, "its attention is to both sides");
  if (pools) throw notADecoder(path, architecture, "it pools its tokens into one embedding or rank");
  if (tokenizer === undefined)
    throw new InferenceError(
      "model-file",
      `${path}: no vocabulary, so no text can be turned into its tokens; convert the model together with its tokenizer`,
    );
  return facts;
}

/** Of a vocabulary that cannot spell every text, nobody knows one that it can. */
function whatToTry({ architecture = "not stated", tokenizer, spellsBytes }: ModelFacts) {
  return { architecture, text: tokenizer === "llama" && !spellsBytes ? null : "Once upon a time, in 2 + 2 words:\n" };
}

function refusal(path: string, reason: string): InferenceError {
  return /insufficient|memory|allocate/i.test(reason)
    ? new InferenceError("model-too-large", `${path}: does not fit into memory (${reason})`)
    : new InferenceError("model-file", `${path}: llama.cpp cannot load it (${reason})`);
}
