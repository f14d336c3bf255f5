import { availableParallelism } from "node:os";
import { type Call, planReading } from "./batches.ts";
import { InferenceError } from "./errors.ts";
import { type KernelShape, leastLanes, rowShape } from "./kernel-shape.ts";
import { ggmlType } from "./native/layout.ts";
import { NativeContext } from "./native/native-context.ts";
import type { NativeModel } from "./native/native-model.ts";
import type { Numerics } from "./numerics.ts";
import { LogitRow } from "./sampling/logit-row.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Tokens for one sequence, to be computed as a text is read. */
export interface SequenceFeed {
  readonly slot: number;
  readonly tokens: readonly number[];
  /** Which of them to give the logits behind: indices into `tokens`, ascending. None unless given. */
  readonly asked?: readonly number[];
}

/** One token more for one sequence; the logits behind it are always given. */
export interface StepFeed {
  readonly slot: number;
  readonly token: number;
}

/** Takes the logits behind the token `index` of `feeds[feed]`. The row is used again for the next one. */
export type ReadRow = (row: LogitRow, feed: number, index: number) => void;

/**
 * Working memory (KV cache) for one or more sequences under fixed numerics.
 *
 * llama.cpp chooses its kernels by how many rows a batch has, and they round differently. So every call to it is formed here, to a
 * shape that was measured for this model (kernel-shape.ts): what a token's logits are depends neither on who shares its batch, nor on how
 * a text is cut into batches, nor on what else is asked.
 */
export class InferenceContext {
  readonly vocabulary: Vocabulary;
  readonly numerics: Numerics;
  readonly contextTokens: number;
  readonly sequences: number;
  readonly shape: KernelShape;
  readonly #model: NativeModel;
  readonly #row: LogitRow;
  #native: NativeContext;
  #nativeSequences: number;
  #lengths: number[];
  #leastLanes: number | null = null;
  #isBusy = false;
  #stepMs = 0;
  #yieldedAtMs = 0;

  private constructor(
    model: NativeModel,
    vocabulary: Vocabulary,
    { numerics, contextTokens, sequences }: Required<OpenOptions>,
    shape: KernelShape,
    native: NativeContext,
  ) {
    this.vocabulary = vocabulary;
    this.numerics = numerics;
    this.contextTokens = contextTokens;
    this.sequences = sequences;
    this.shape = shape;
    this.#model = model;
    this.#row = new LogitRow(model.vocabularySize, vocabulary.modelPath);
    this.#native = native;
    this.#nativeSequences = sequences;
    this.#lengths = Array<number>(sequences).fill(0);
  }

  static async open(model: NativeModel, vocabulary: Vocabulary, given: OpenOptions): Promise<InferenceContext> {
    const options = { sequences: 1, ...given };
    checkOptions(options);
    checkMemory(model, vocabulary.modelPath, options);
    const shape = await rowShape(model, options.numerics);
    const native = await openNative(model, vocabulary.modelPath, options, shape);
    return new InferenceContext(model, vocabulary, options, shape, native);
  }

  /**
   * Reads tokens into sequences, in as few calls to llama.cpp as its batches allow, and hands over the logits asked for. Returns how
   * many tokens were computed: those that only fill up a batch, and are forgotten, included. Errors: `context-exceeded`, `bad-logits`.
   */
  async evaluate(feeds: readonly SequenceFeed[], read: ReadRow = () => {}): Promise<number> {
    return this.#exclusively(() => this.#evaluate(feeds, read, (rows) => this.#native.decodeInPool(rows)));
  }

  /**
   * Feeds one token to each of the sequences 0, 1, 2, ... as generation does, and hands over the logits. `prepareSteps` comes first
   * (not for `alone`). Errors: as `evaluate`.
   */
  async step(feeds: readonly StepFeed[], read: ReadRow, decodeShape = this.numerics.decodeShape): Promise<void> {
    await this.#exclusively(async () => {
      for (const [i, { slot }] of feeds.entries()) {
        if (slot !== i) throw new InferenceError("lock-step-broken", `sequence ${slot} at place ${i} of a step`);
        this.#checkRoom(slot, 1);
      }
      if (decodeShape === "paired") {
        const asked = [0];
        const pieces = feeds.map(({ slot, token }) => ({ slot, tokens: [token], asked }));
        await this.#evaluate(pieces, read, (rows) => this.#decodeStep(rows));
      } else if (decodeShape === "alone") {
        for (const [i, feed] of feeds.entries()) await this.#stepTogether([feed], 1, (row) => read(row, i, 0));
      } else {
        await this.#stepTogether(feeds, Math.max(feeds.length, this.#leastLanes!), read);
      }
    });
  }

  /** Before the first `step`; sequences may lose what they hold. */
  async prepareSteps(): Promise<void> {
    if (this.numerics.decodeShape !== "single" || this.#leastLanes !== null) return;
    const lanes = await leastLanes(this.#model, this.numerics, this.sequences, this.shape);
    if (lanes > this.#nativeSequences) {
      this.#native.close();
      this.#lengths = Array<number>(lanes).fill(0);
      const options = { numerics: this.numerics, contextTokens: this.contextTokens, sequences: lanes };
      checkMemory(this.#model, this.vocabulary.modelPath, options);
      this.#native = await openNative(this.#model, this.vocabulary.modelPath, options, this.shape);
      this.#nativeSequences = lanes;
    }
    this.#leastLanes = lanes;
  }

  /** Tokens that the sequence holds. */
  length(slot: number): number {
    return this.#lengths[slot]!;
  }

  /** Forgets everything from `length` on; exact, since attention only looks back. */
  shorten(slot: number, length: number): void {
    if (length >= this.#lengths[slot]!) return;
    this.#native.cut(slot, length);
    this.#lengths[slot] = length;
  }

  /** What one sequence holds goes to another one, whose own it replaces. */
  move(from: number, to: number): void {
    this.shorten(to, 0);
    this.#native.copy(from, to);
    this.#lengths[to] = this.#lengths[from]!;
    this.shorten(from, 0);
  }

  close(): void {
    this.#native.close();
  }

  async #evaluate(
    feeds: readonly SequenceFeed[],
    read: ReadRow,
    decode: (rows: number) => Promise<void>,
  ): Promise<number> {
    for (const { slot, tokens } of feeds) this.#checkRoom(slot, tokens.length);
    let computed = 0;
    for (const call of planReading(feeds, this.shape)) {
      this.#fill(call, feeds);
      await decode(call.rows);
      computed += call.rows;
      // Before anybody reads: whoever refuses what he reads leaves the lengths right.
      for (const { feed, from, to, padding } of call.parts) {
        const { slot } = feeds[feed]!;
        this.#lengths[slot]! += to - from;
        if (padding > 0) this.#native.cut(slot, this.#lengths[slot]!);
      }
      this.#read(call, read);
    }
    return computed;
  }

  #fill({ parts, outputs }: Call, feeds: readonly SequenceFeed[]): void {
    const { tokens, positions, sequences, wanted } = this.#native;
    let row = 0;
    for (const { feed, from, to, padding } of parts) {
      const { slot, tokens: given } = feeds[feed]!;
      for (let i = from; i < to + padding; i++, row++) {
        tokens[row] = given[Math.min(i, to - 1)]!;
        positions[row] = this.#lengths[slot]! + i - from;
        sequences[row] = slot;
        wanted[row] = 0;
      }
    }
    for (const { row } of outputs) wanted[row] = 1;
  }

  #read({ outputs }: Call, read: ReadRow): void {
    if (outputs.length === 0) return;
    const size = this.#model.vocabularySize;
    const logits = this.#native.logits(outputs.length);
    for (const [i, { feed, index }] of outputs.entries()) {
      if (feed === null) continue;
      this.#row.load(logits.subarray(i * size, (i + 1) * size));
      read(this.#row, feed, index);
    }
  }

  /** One row a sequence, and beside them as many sequences that hold nothing as make `lanes`. */
  async #stepTogether(feeds: readonly StepFeed[], lanes: number, read: ReadRow): Promise<void> {
    const { tokens, positions, sequences, wanted } = this.#native;
    for (let row = 0; row < lanes; row++) {
      const { slot, token } = feeds[row] ?? { slot: row, token: feeds[0]!.token };
      tokens[row] = token;
      positions[row] = row < feeds.length ? this.#lengths[slot]! : 0;
      sequences[row] = slot;
      wanted[row] = 1;
    }
    // What a finished request left in a sequence beside them makes way.
    for (let lane = feeds.length; lane < lanes; lane++) this.shorten(lane, 0);
    await this.#decodeStep(lanes);
    for (const { slot } of feeds) this.#lengths[slot]!++;
    for (let lane = feeds.length; lane < lanes; lane++) this.#native.cut(lane, 0);
    const size = this.#model.vocabularySize;
    const logits = this.#native.logits(lanes);
    for (const i of feeds.keys()) {
      this.#row.load(logits.subarray(i * size, (i + 1) * size));
      read(this.#row, i, 0);
    }
  }

  /** A step of a small model is over before another thread would have begun it; then the event loop gets its turn now and then. */
  async #decodeStep(rows: number): Promise<void> {
    const startMs = performance.now();
    if (this.#stepMs > 4) await this.#native.decodeInPool(rows);
    else this.#native.decode(rows);
    const endMs = performance.now();
    this.#stepMs = endMs - startMs;
    if (endMs - this.#yieldedAtMs < 20) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#yieldedAtMs = performance.now();
  }

  async #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isBusy) throw new InferenceError("lock-step-broken", "two calls at once to one context");
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#isBusy = false;
    }
  }

  #checkRoom(slot: number, tokens: number): void {
    const needed = this.#lengths[slot]! + tokens;
    if (needed > this.contextTokens)
      throw new InferenceError(
        "context-exceeded",
        `${needed} tokens in a context of ${this.contextTokens}; open a longer one`,
      );
  }
}

interface OpenOptions {
  readonly contextTokens: number;
  readonly sequences?: number;
  readonly numerics: Numerics;
}

async function openNative(
  model: NativeModel,
  path: string,
  { contextTokens, sequences, numerics }: Required<OpenOptions>,
  { rows, batchRows }: KernelShape,
): Promise<NativeContext> {
  const native = await NativeContext.open(model, {
    // What fills up the last batch needs a place, too.
    contextTokens: contextTokens + rows,
    sequences,
    batchTokens: Math.max(batchRows, sequences * rows),
    batchOutputs: Math.max(batchRows, sequences + rows),
    threads: numerics.threads,
    flashAttention: numerics.flashAttention,
    kvCacheType: ggmlType[numerics.kvCacheType],
  });
  if (native !== null) return native;
  throw new InferenceError(
    "model-too-large",
    `${path}: no context of ${sequences} x ${contextTokens} tokens (llama.cpp refuses it); ask for a shorter one`,
  );
}
function checkOptions({ contextTokens, sequences, numerics }: Required<OpenOptions>): void {
  for (const [name, value] of Object.entries({ contextTokens, sequences, threads: numerics.threads }))
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new InferenceError("bad-request", `${name} ${value}: expected a whole number of at least 1`);
  // llama.cpp counts tokens in 32 bits; far below that, no machine has the memory.
  if (contextTokens * sequences > 2 ** 28)
    throw new InferenceError(
      "bad-request",
      `contextTokens ${contextTokens} x ${sequences}: expected at most ${2 ** 28} in all`,
    );
  // llama.cpp's threads spin while they wait for each other: far more of them than processors bring a machine to its knees.
  const mostThreads = 4 * availableParallelism();
  if (numerics.threads > mostThreads)
    throw new InferenceError(
      "bad-request",
      `${numerics.threads} threads on ${availableParallelism()} processors: expected at most ${mostThreads}`,
    );
  if (!numerics.flashAttention && numerics.kvCacheType.startsWith("Q"))
    throw new InferenceError(
      "bad-request",
      `a KV cache of type ${numerics.kvCacheType} needs flash attention in llama.cpp: turn it on, or use F16 or F32`,
    );
}

/** Linux hands out memory that it does not have, and ends the process that uses it. */
function checkMemory(model: NativeModel, path: string, options: Required<OpenOptions>): void {
  const { contextTokens, sequences, numerics } = options;
  if (numerics.gpu !== "off") return;
  const cacheBytes = model.cacheNumbersPerToken * bytesOfNumber[numerics.kvCacheType] * contextTokens * sequences;
  const availableBytes = process.availableMemory();
  if (cacheBytes <= availableBytes) return;
  const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;
  throw new InferenceError(
    "model-too-large",
    `${path}: a context of ${sequences} x ${contextTokens} tokens takes ${gigabytes(cacheBytes)} in ${numerics.kvCacheType}, and ` +
      `${gigabytes(availableBytes)} are free; ask for a shorter one`,
  );
}

/** With the scales of a block's 32 numbers. */
const bytesOfNumber = { F32: 4, F16: 2, Q8_0: 34 / 32, Q4_0: 18 / 32 };
