/** A GGUF model in llama.cpp's memory, and its tokens. */
import koffi from "koffi";
import { type Address, inPool, type LlamaLibrary, type Parameters } from "./library.ts";

export interface OpenedFile {
  readonly path: string;
  readonly descriptor: number;
}

export interface NativeModelOptions {
  /** Layers kept on the GPU, as many as fit into this number; all of them by -1. */
  readonly gpuLayers: number;
}

export class NativeModel {
  readonly library: LlamaLibrary;
  readonly address: Address;
  readonly vocabularySize: number;
  readonly trainedContextTokens: number;
  /** Layers, the output not counted. */
  readonly layers: number;
  /** Numbers in a token's embedding. */
  readonly embedding: number;
  readonly #vocabulary: Address;
  #closed = false;

  private constructor(library: LlamaLibrary, address: Address) {
    this.library = library;
    this.address = address;
    this.#vocabulary = library.modelVocabulary(address);
    this.vocabularySize = library.vocabularySize(this.#vocabulary);
    this.trainedContextTokens = library.modelTrainedContextTokens(address);
    this.layers = library.modelLayers(address);
    this.embedding = library.modelEmbedding(address);
  }

  /**
   * Reads the model from a file that is open already: what was hashed through this descriptor is what is loaded, whatever the path names
   * meanwhile. The descriptor stays the caller's. Null where llama.cpp refuses the file; why, it writes to its log.
   */
  static async load(library: LlamaLibrary, file: OpenedFile, options: NativeModelOptions): Promise<NativeModel | null> {
    const opened = (address: Address | null) => (address === null ? null : new NativeModel(library, address));
    // A C runtime's open files are its own on Windows, and Node brings another one than llama.cpp.
    if (process.platform === "win32")
      return opened(await inPool(library.modelLoadFromFile, file.path, parameters(library, options)));
    const { duplicate, openStream, closeStream } = standardLibrary();
    const stream = openStream(duplicate(file.descriptor), "rb");
    if (stream === null) throw new Error(`${file.path}: file descriptor ${file.descriptor} cannot be read from`);
    try {
      return opened(await inPool(library.modelLoadFromFilePointer, stream, parameters(library, options)));
    } finally {
      closeStream(stream);
    }
  }

  /** Numbers that the KV cache keeps of each token, keys and values of all layers. */
  get cacheNumbersPerToken(): number {
    const { library, address } = this;
    const architecture = this.metadata("general.architecture");
    const width = (of: "key" | "value") =>
      Number(this.metadata(`${architecture}.attention.${of}_length`) ?? this.embedding / library.modelHeads(address));
    return this.layers * library.modelKeyValueHeads(address) * (width("key") + width("value"));
  }

  /** A value of the file's metadata as text; null where it has none. */
  metadata(key: string): string | null {
    const text = new Uint8Array(256);
    const length = this.library.modelMetadata(this.address, key, text, text.length);
    return length < 0 ? null : new TextDecoder().decode(text.subarray(0, Math.min(length, text.length - 1)));
  }

  /** The text's tokens; special tokens in it are read as text. */
  tokenize(text: string): number[] {
    const bytes = new TextEncoder().encode(text);
    let tokens = new Int32Array(bytes.length + 8);
    const tokenized = () =>
      this.library.tokenize(this.#vocabulary, bytes, bytes.length, tokens, tokens.length, false, false);
    let count = tokenized();
    if (count < 0) {
      tokens = new Int32Array(-count);
      count = tokenized();
    }
    return Array.from(tokens.subarray(0, count));
  }

  /** The tokens' text; special tokens have none. */
  detokenize(tokens: readonly number[]): string {
    if (tokens.length === 0) return "";
    const given = Int32Array.from(tokens);
    let bytes = new Uint8Array(8 * tokens.length + 64);
    const detokenized = () =>
      this.library.detokenize(this.#vocabulary, given, given.length, bytes, bytes.length, false, false);
    let length = detokenized();
    if (length < 0) {
      bytes = new Uint8Array(-length);
      length = detokenized();
    }
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, length));
  }

  /** The token that a text begins with; null where the model wants none. */
  get beginToken(): number | null {
    const token = this.library.vocabularyBegin(this.#vocabulary);
    return token >= 0 && this.library.vocabularyAddsBegin(this.#vocabulary) ? token : null;
  }

  /** The token that llama.cpp takes for the end of a text, stated by the file or not; negative where it has none. */
  get endOfText(): number {
    return this.library.vocabularyEnd(this.#vocabulary);
  }

  /** Whether llama.cpp holds that a text (or a turn of it) ends with this token. */
  isEndToken(token: number): boolean {
    const { library } = this;
    return (
      token === library.vocabularyEnd(this.#vocabulary) ||
      token === library.vocabularyEndOfTurn(this.#vocabulary) ||
      library.vocabularyIsEnd(this.#vocabulary, token)
    );
  }

  get hasEncoder(): boolean {
    return this.library.modelHasEncoder(this.address);
  }

  get hasDecoder(): boolean {
    return this.library.modelHasDecoder(this.address);
  }

  /** Whether its memory is a state that cannot be cut (Mamba, RWKV), wholly or in some layers. */
  get isRecurrent(): boolean {
    return this.library.modelIsRecurrent(this.address) || this.library.modelIsHybrid(this.address);
  }

  /** Its contexts must be closed before. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.library.modelFree(this.address);
  }
}

const loadByMemoryMap = 1;
const readWholeTensors = 0;

function parameters(library: LlamaLibrary, { gpuLayers }: NativeModelOptions): Parameters {
  return {
    ...library.modelDefaultParams(),
    n_gpu_layers: gpuLayers,
    load_mode: loadByMemoryMap,
    lazy_mode: readWholeTensors,
  };
}

interface StandardLibrary {
  duplicate(descriptor: number): number;
  openStream(descriptor: number, mode: string): Address | null;
  closeStream(stream: Address): number;
}

let standard: StandardLibrary | undefined;

/** C's streams over file descriptors: llama.cpp reads from a FILE*. */
function standardLibrary(): StandardLibrary {
  if (standard === undefined) {
    const library = koffi.load(null);
    standard = {
      duplicate: library.func("dup", "int", ["int"]),
      openStream: library.func("fdopen", "void*", ["int", "str"]),
      closeStream: library.func("fclose", "int", ["void*"]),
    };
  }
  return standard;
}
