/**
 * llama.cpp's C interface, called directly (koffi). node-llama-cpp installs the library, chooses the build and the GPU, and has it loaded;
 * this binds the very library that it loaded into the process, so both see the same devices and kernels.
 */
import koffi, { type TypeObject } from "koffi";
import { InferenceError } from "../errors.ts";
import { batch, contextParameters, expectedDefaults, knownReleases, modelParameters } from "./layout.ts";

/** An address in llama.cpp's memory. Opaque: only handed back. */
export type Address = bigint;

export type Parameters = Record<string, number | boolean | bigint | null>;

/** `Arguments -> Result`, in this thread or in one of Node's pool. */
export interface NativeFunction<Arguments extends readonly unknown[], Result> {
  (...given: Arguments): Result;
  readonly async: (...given: [...Arguments, (error: unknown, result: Result) => void]) => void;
}

/** The functions in use, as include/llama.h declares them. */
export interface LlamaLibrary {
  readonly path: string;
  modelDefaultParams(): Parameters;
  contextDefaultParams(): Parameters;
  readonly modelLoadFromFile: NativeFunction<[path: string, Parameters], Address | null>;
  readonly modelLoadFromFilePointer: NativeFunction<[file: Address, Parameters], Address | null>;
  modelFree(model: Address): void;
  modelTrainedContextTokens(model: Address): number;
  modelLayers(model: Address): number;
  modelEmbedding(model: Address): number;
  modelHeads(model: Address): number;
  modelKeyValueHeads(model: Address): number;
  /** Writes the metadata's value, as text with a 0 behind it; returns its length, below 0 where there is none. */
  modelMetadata(model: Address, key: string, text: Uint8Array, room: number): number;
  modelHasEncoder(model: Address): boolean;
  modelHasDecoder(model: Address): boolean;
  modelIsRecurrent(model: Address): boolean;
  modelIsHybrid(model: Address): boolean;
  modelVocabulary(model: Address): Address;
  vocabularySize(vocabulary: Address): number;
  vocabularyBegin(vocabulary: Address): number;
  vocabularyAddsBegin(vocabulary: Address): boolean;
  vocabularyEnd(vocabulary: Address): number;
  vocabularyEndOfTurn(vocabulary: Address): number;
  vocabularyIsEnd(vocabulary: Address, token: number): boolean;
  tokenize(
    vocabulary: Address,
    text: Uint8Array,
    bytes: number,
    tokens: Int32Array,
    room: number,
    addSpecial: boolean,
    parseSpecial: boolean,
  ): number;
  detokenize(
    vocabulary: Address,
    tokens: Int32Array,
    count: number,
    text: Uint8Array,
    room: number,
    removeSpecial: boolean,
    unparseSpecial: boolean,
  ): number;
  readonly contextOpen: NativeFunction<[model: Address, Parameters], Address | null>;
  contextFree(context: Address): void;
  contextTokens(context: Address): number;
  memory(context: Address): Address | null;
  memoryRemove(memory: Address, sequence: number, from: number, to: number): boolean;
  memoryCopy(memory: Address, from: number, to: number, first: number, end: number): void;
  readonly decode: NativeFunction<[context: Address, Parameters], number>;
  logits(context: Address): Address | null;
  embeddings(context: Address): Address | null;
  synchronize(context: Address): void;
}

let opened: LlamaLibrary | undefined;

/**
 * Binds the library that is loaded in this process; the first call decides for all. `release`: what node-llama-cpp says it is.
 * Errors: `backend-missing` where none is loaded, or where its release is not one whose structs are known.
 */
export function openLibrary(release: string): LlamaLibrary {
  if (opened !== undefined) return opened;
  const path = loadedLibrary();
  checkRelease(release, path);
  const library = bind(path);
  checkDefaults("llama_model_params", library.modelDefaultParams(), expectedDefaults.model, path);
  checkDefaults("llama_context_params", library.contextDefaultParams(), expectedDefaults.context, path);
  opened = library;
  return library;
}

/** Throws `backend-missing` for a release of llama.cpp whose structs nobody has compared with ours. */
export function checkRelease(release: string, path: string): void {
  const named = /llama\.(v[\d.]*\d)\./.exec(path)?.[1] ?? release;
  for (const found of [release, named])
    if (!knownReleases.includes(found))
      throw new InferenceError(
        "backend-missing",
        `${path}: llama.cpp ${found} is not a release that Camelid can call (${knownReleases.join(", ")}); ` +
          "'npm ci' installs the one of the lock file. Whoever raises it compares include/llama.h with src/inference/native/layout.ts",
      );
}

/** Throws `backend-missing` where a struct does not read as it should. */
export function checkDefaults(struct: string, found: Parameters, expected: Parameters, path: string): void {
  for (const [field, value] of Object.entries(expected))
    if (found[field] !== value)
      throw new InferenceError(
        "backend-missing",
        `${path}: ${struct}.${field} reads ${found[field]}, expected ${value}: this build lays its structs out otherwise; ` +
          "'npm ci' installs the one of the lock file",
      );
}

/** Where the operating system's loader took llama.cpp from. */
function loadedLibrary(): string {
  const { report } = process;
  Object.assign(report, { excludeNetwork: true }); // else it resolves the names of open connections
  const { sharedObjects } = report.getReport() as unknown as { sharedObjects: string[] };
  const path = sharedObjects.find((each) => /[\\/](lib)?llama(\.[^\\/]*)?\.(so|dylib|dll)[^\\/]*$/.test(each));
  if (path !== undefined) return path;
  throw new InferenceError(
    "backend-missing",
    `no library of llama.cpp is loaded on ${process.platform}-${process.arch}. Run 'npm ci', then 'camelid doctor'.`,
  );
}

function bind(path: string): LlamaLibrary {
  const library = koffi.load(path);
  const model = koffi.struct("llama_model_params", modelParameters);
  const context = koffi.struct("llama_context_params", contextParameters);
  const tokens = koffi.struct("llama_batch", batch);
  const of = (name: string, result: string | TypeObject, ...taken: (string | TypeObject)[]) =>
    library.func(`llama_${name}`, result, taken) as never;
  return {
    path,
    modelDefaultParams: of("model_default_params", model),
    contextDefaultParams: of("context_default_params", context),
    modelLoadFromFile: of("model_load_from_file", "void*", "str", model),
    modelLoadFromFilePointer: of("model_load_from_file_ptr", "void*", "void*", model),
    modelFree: of("model_free", "void", "void*"),
    modelTrainedContextTokens: of("model_n_ctx_train", "int32_t", "void*"),
    modelLayers: of("model_n_layer", "int32_t", "void*"),
    modelEmbedding: of("model_n_embd_out", "int32_t", "void*"),
    modelHeads: of("model_n_head", "int32_t", "void*"),
    modelKeyValueHeads: of("model_n_head_kv", "int32_t", "void*"),
    modelMetadata: of("model_meta_val_str", "int32_t", "void*", "str", "void*", "size_t"),
    modelHasEncoder: of("model_has_encoder", "bool", "void*"),
    modelHasDecoder: of("model_has_decoder", "bool", "void*"),
    modelIsRecurrent: of("model_is_recurrent", "bool", "void*"),
    modelIsHybrid: of("model_is_hybrid", "bool", "void*"),
    modelVocabulary: of("model_get_vocab", "void*", "void*"),
    vocabularySize: of("vocab_n_tokens", "int32_t", "void*"),
    vocabularyBegin: of("vocab_bos", "int32_t", "void*"),
    vocabularyAddsBegin: of("vocab_get_add_bos", "bool", "void*"),
    vocabularyEnd: of("vocab_eos", "int32_t", "void*"),
    vocabularyEndOfTurn: of("vocab_eot", "int32_t", "void*"),
    vocabularyIsEnd: of("vocab_is_eog", "bool", "void*", "int32_t"),
    tokenize: of("tokenize", "int32_t", "void*", "void*", "int32_t", "void*", "int32_t", "bool", "bool"),
    detokenize: of("detokenize", "int32_t", "void*", "void*", "int32_t", "void*", "int32_t", "bool", "bool"),
    contextOpen: of("init_from_model", "void*", "void*", context),
    contextFree: of("free", "void", "void*"),
    contextTokens: of("n_ctx_seq", "uint32_t", "void*"),
    memory: of("get_memory", "void*", "void*"),
    memoryRemove: of("memory_seq_rm", "bool", "void*", "int32_t", "int32_t", "int32_t"),
    memoryCopy: of("memory_seq_cp", "void", "void*", "int32_t", "int32_t", "int32_t", "int32_t"),
    decode: of("decode", "int32_t", "void*", tokens),
    logits: of("get_logits", "void*", "void*"),
    embeddings: of("get_embeddings", "void*", "void*"),
    synchronize: of("synchronize", "void", "void*"),
  };
}

/** As the async form of a native function, for `await`. */
export function inPool<Arguments extends readonly unknown[], Result>(
  call: NativeFunction<Arguments, Result>,
  ...given: Arguments
): Promise<Result> {
  return new Promise((resolve, reject) =>
    call.async(...given, (error, result) => (error ? reject(error) : resolve(result))),
  );
}
