/**
 * A llama.cpp context: KV caches of some sequences, and one reusable batch. Fill `tokens`, `positions`, `sequences` and `wanted` (views of the
 * memory that llama.cpp reads), then `decode`; what comes out are views of the memory that it writes.
 */
import koffi from "koffi";
import { InferenceError } from "../errors.ts";
import { type Address, inPool, type LlamaLibrary, type Parameters } from "./library.ts";
import type { NativeModel } from "./native-model.ts";

export interface NativeContextOptions {
  /** Tokens that each sequence holds. */
  readonly contextTokens: number;
  readonly sequences: number;
  /** Most tokens, and most wanted rows, of one `decode`: one micro-batch, never cut by llama.cpp. */
  readonly batchTokens: number;
  readonly batchOutputs: number;
  readonly threads: number;
  readonly flashAttention: boolean;
  /** ggml's number of the type (layout.ts). */
  readonly kvCacheType: number;
  /** Also give each wanted token's embedding (the last layer's, normalised). */
  readonly embeddings?: boolean;
}

export class NativeContext {
  readonly tokens: Int32Array;
  readonly positions: Int32Array;
  readonly sequences: Int32Array;
  /** 1 where a token's logits are wanted. */
  readonly wanted: Int8Array;
  readonly #library: LlamaLibrary;
  readonly #address: Address;
  readonly #memory: Address;
  readonly #vocabularySize: number;
  readonly #embedding: number;
  readonly #batch: Parameters;
  readonly #allocated: unknown[];
  #logits = { address: 0n, floats: new Float32Array(0) };
  #closed = false;

  private constructor(model: NativeModel, address: Address, batchTokens: number) {
    this.#library = model.library;
    this.#address = address;
    this.#memory = model.library.memory(address)!;
    this.#vocabularySize = model.vocabularySize;
    this.#embedding = model.embedding;
    const room = (type: string, bytes: number) => {
      const memory = koffi.alloc(type, batchTokens);
      return { memory, address: koffi.address(memory), view: koffi.view(memory, bytes * batchTokens) };
    };
    const [tokens, positions, sequences] = [room("int32_t", 4), room("int32_t", 4), room("int32_t", 4)];
    const [wanted, counts, lists] = [room("int8_t", 1), room("int32_t", 4), room("uint64_t", 8)];
    this.tokens = new Int32Array(tokens.view);
    this.positions = new Int32Array(positions.view);
    this.sequences = new Int32Array(sequences.view);
    this.wanted = new Int8Array(wanted.view);
    // Every token is of one sequence, whose id lies at its own place of `sequences`.
    new Int32Array(counts.view).fill(1);
    const idsOf = new BigUint64Array(lists.view);
    for (let i = 0; i < batchTokens; i++) idsOf[i] = sequences.address + BigInt(4 * i);
    this.#allocated = [tokens, positions, sequences, wanted, counts, lists].map(({ memory }) => memory);
    this.#batch = {
      n_tokens: 0,
      token: tokens.address,
      embd: null,
      pos: positions.address,
      n_seq_id: counts.address,
      seq_id: lists.address,
      logits: wanted.address,
    };
  }

  /** Null where llama.cpp refuses; why, it writes to its log. */
  static async open(model: NativeModel, options: NativeContextOptions): Promise<NativeContext | null> {
    const { library } = model;
    const address = await inPool(library.contextOpen, model.address, {
      ...library.contextDefaultParams(),
      n_ctx: options.contextTokens * options.sequences,
      n_batch: options.batchTokens,
      n_ubatch: options.batchTokens,
      n_seq_max: options.sequences,
      n_outputs_max: Math.max(options.batchOutputs, options.sequences),
      n_threads: options.threads,
      n_threads_batch: options.threads,
      flash_attn_type: options.flashAttention ? 1 : 0,
      type_k: options.kvCacheType,
      type_v: options.kvCacheType,
      embeddings: options.embeddings ?? false,
      // Layers of the host stay on the host, however long the batch: else the kernels would depend on its length.
      op_offload: false,
      // Sliding windows keep what they have slid over, so that a cut is exact.
      swa_full: true,
      kv_unified: false,
    });
    if (address === null) return null;
    return new NativeContext(model, address, options.batchTokens);
  }

  /**
   * Computes the first `count` tokens of the batch, in this thread. Tokens must be sorted by sequence, sequences be consecutive,
   * and each have as many: only then llama.cpp computes them as one.
   */
  decode(count: number): void {
    this.#batch["n_tokens"] = count;
    this.#check(this.#library.decode(this.#address, this.#batch), count);
  }

  /** The same in a thread of Node's pool; the batch must not be touched meanwhile. */
  async decodeInPool(count: number): Promise<void> {
    this.#batch["n_tokens"] = count;
    this.#check(await inPool(this.#library.decode, this.#address, this.#batch), count);
  }

  #check(result: number, count: number): void {
    if (result !== 0)
      throw new InferenceError(
        "lock-step-broken",
        `llama.cpp did not compute a batch of ${count} tokens (llama_decode: ${result})`,
      );
  }

  /** The logits of the last `decode`: `rows` of them, in the order of its wanted tokens. A view, overwritten by the next one. */
  logits(rows: number): Float32Array {
    // Under a GPU the copy into this memory may still be under way.
    this.#library.synchronize(this.#address);
    const address = this.#library.logits(this.#address)!;
    const wanted = rows * this.#vocabularySize;
    // llama.cpp moves this memory only when it needs more of it.
    if (address !== this.#logits.address || this.#logits.floats.length < wanted)
      this.#logits = { address, floats: new Float32Array(koffi.view(address, 4 * wanted)) };
    return this.#logits.floats;
  }

  /** The embeddings of the last `decode`, likewise. */
  embeddings(rows: number): Float32Array {
    this.#library.synchronize(this.#address);
    const address = this.#library.embeddings(this.#address);
    if (address === null) throw new InferenceError("bad-request", "the context was opened without embeddings");
    return new Float32Array(koffi.view(address, 4 * rows * this.#embedding));
  }

  /** Forgets a sequence's tokens from a position on. */
  cut(sequence: number, position: number): void {
    if (!this.#library.memoryRemove(this.#memory, sequence, position, -1))
      throw new InferenceError("lock-step-broken", `sequence ${sequence} cannot be cut at ${position}`);
  }

  /** Makes a sequence hold what another one holds. */
  copy(from: number, to: number): void {
    this.#library.memoryCopy(this.#memory, from, to, -1, -1);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#library.contextFree(this.#address);
    for (const memory of this.#allocated) koffi.free(memory);
  }
}
