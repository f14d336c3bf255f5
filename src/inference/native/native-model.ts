/** A GGUF model in llama.cpp's memory, and its tokens. */
import { closeSync, openSync } from "node:fs";
import koffi from "koffi";
import { type Address, inPool, type LlamaLibrary, type Parameters } from "./library.ts";

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

  /** Null where llama.cpp refuses the file; why, it writes to its log. The path is opened once. */
  static async load(library: LlamaLibrary, path: string, options: NativeModelOptions): Promise<NativeModel | null> {
    if (process.platform === "win32") {
      // A C runtime's open files are its own there, and Node brings another one than llama.cpp.
      const address = await inPool(library.modelLoadFromFile, path, parameters(library, options));
      return address === null ? null : new NativeModel(library, address);
    }
    const descriptor = openSync(path, "r");
    try {
      return await NativeModel.loadOpened(library, descriptor, options);
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * The model in a file that is open already: what was hashed through this descriptor is what is loaded, whatever the path names
   * meanwhile. The descriptor stays the caller's. POSIX systems only.
   */
  static async loadOpened(
    library: LlamaLibrary,
    descriptor: number,
    options: NativeModelOptions,
  ): Promise<NativeModel | null> {
    const { duplicate, openStream, closeStream } = standardLibrary();
    const file = openStream(duplicate(descriptor), "rb");
    if (file === null) throw new Error(`file descriptor ${descriptor} cannot be read from`);
    try {
      const address = await inPool(library.modelLoadFromFilePointer, file, parameters(library, options));
      return address === null ? null : new NativeModel(library, address);
    } finally {
      closeStream(file);
    }
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
