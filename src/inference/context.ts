import { availableParallelism } from "node:os";
import type {
  ControlledEvaluateInputItem,
  CustomBatchingPrioritizationStrategy,
  LlamaContext,
  LlamaContextSequence,
  LlamaModel,
  Token,
} from "node-llama-cpp";
import { InferenceError } from "./errors.ts";
import type { Answer, Question } from "./next-token.ts";
import type { Numerics } from "./numerics.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A token to feed, and what to ask about its successor. */
export interface Feed {
  readonly token: number;
  readonly ask?: Question;
}

/** Work for one sequence in one call to llama.cpp. */
export interface SequenceFeed {
  readonly slot: number;
  readonly feed: readonly Feed[];
}

/**
 * Working memory (KV cache) for one or more sequences under fixed numerics.
 *
 * Each `evaluate` is exactly one call to llama.cpp with exactly the sequences given, in that order: which tokens share a
 * batch never depends on how the event loop fell.
 */
export class InferenceContext {
  readonly vocabulary: Vocabulary;
  readonly numerics: Numerics;
  readonly contextTokens: number;
  readonly batchTokens: number;
  readonly sequences: number;
  readonly #context: LlamaContext;
  readonly #slots: LlamaContextSequence[];
  readonly #lockStep: RoundBarrier;

  private constructor(
    vocabulary: Vocabulary,
    context: LlamaContext,
    options: Required<OpenOptions>,
    lockStep: RoundBarrier,
  ) {
    this.vocabulary = vocabulary;
    this.numerics = options.numerics;
    this.contextTokens = options.contextTokens;
    this.batchTokens = options.batchTokens;
    this.sequences = options.sequences;
    this.#context = context;
    this.#slots = Array.from({ length: options.sequences }, () => context.getSequence());
    this.#lockStep = lockStep;
  }

  static async open(model: LlamaModel, vocabulary: Vocabulary, given: OpenOptions): Promise<InferenceContext> {
    const options = { sequences: 1, batchTokens: given.contextTokens, ...given };
    checkOptions(options);
    const { numerics, contextTokens, batchTokens, sequences } = options;
    const lockStep: RoundBarrier = { expectedSequences: 0 };
    const wholeBatch: CustomBatchingPrioritizationStrategy = ({ items }) => {
      const { expectedSequences } = lockStep;
      if (items.length !== expectedSequences)
        throw new InferenceError("lock-step-broken", `${items.length} sequences in a batch of ${expectedSequences}`);
      return items.map((item) => ({ item, processAmount: item.tokens.length }));
    };
    try {
      const context = await model.createContext({
        contextSize: contextTokens,
        batchSize: Math.max(batchTokens, 2 * sequences),
        sequences,
        threads: numerics.threads,
        flashAttention: numerics.flashAttention,
        experimentalKvCacheKeyType: numerics.kvCacheType,
        experimentalKvCacheValueType: numerics.kvCacheType,
        batching: { itemPrioritizationStrategy: wholeBatch },
      });
      return new InferenceContext(vocabulary, context, options, lockStep);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
      throw new InferenceError(
        "model-too-large",
        `${vocabulary.modelPath}: no context of ${sequences} x ${contextTokens} tokens (${reason}); ask for a shorter one`,
        { cause },
      );
    }
  }

  /**
   * Feeds every listed sequence in one call to llama.cpp. Returns, per sequence, an answer for each fed token that asked.
   * The caller keeps within `contextTokens` and `batchTokens` (`room` tells); beyond them this throws `context-exceeded`.
   */
  async evaluate(feeds: readonly SequenceFeed[]): Promise<(Answer | undefined)[][]> {
    const total = feeds.reduce((sum, { feed }) => sum + feed.length, 0);
    if (total > Math.max(this.batchTokens, 2 * this.sequences))
      throw new InferenceError("context-exceeded", `${total} tokens in one batch of at most ${this.batchTokens}`);
    for (const { slot, feed } of feeds)
      if (this.length(slot) + feed.length > this.contextTokens)
        throw new InferenceError(
          "context-exceeded",
          `${this.length(slot) + feed.length} tokens in a context of ${this.contextTokens}; open a longer one`,
        );
    this.#lockStep.expectedSequences = feeds.length;
    const items = withSecondAnswer(feeds.map(({ feed }) => feed.map(inputItem)));
    const answers = await Promise.all(feeds.map(({ slot }, i) => this.#slots[slot]!.controlledEvaluate(items[i]!)));
    return answers.map((outputs, i) =>
      feeds[i]!.feed.map(({ ask }, j) => (ask === undefined ? undefined : outputs[j]?.next)),
    );
  }

  /** Tokens that the sequence holds. */
  length(slot: number): number {
    return this.#slots[slot]!.nextTokenIndex;
  }

  /** Forgets everything from `length` on; exact, since attention only looks back. */
  async shorten(slot: number, length: number): Promise<void> {
    const sequence = this.#slots[slot]!;
    if (length === 0) await sequence.clearHistory();
    else if (length < sequence.nextTokenIndex)
      await sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }]);
  }

  async close(): Promise<void> {
    await this.#context.dispose();
  }
}

interface OpenOptions {
  readonly contextTokens: number;
  readonly batchTokens?: number;
  readonly sequences?: number;
  readonly numerics: Numerics;
}

/** What the batch now being put together must hold; a batch with anything else is refused rather than computed. */
interface RoundBarrier {
  expectedSequences: number;
}

function checkOptions({ contextTokens, batchTokens, sequences, numerics }: Required<OpenOptions>): void {
  for (const [name, value] of Object.entries({ contextTokens, batchTokens, sequences, threads: numerics.threads }))
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new InferenceError("bad-request", `${name} ${value}: expected a whole number of at least 1`);
  // llama.cpp counts tokens in 32 bits; far below that, no machine has the memory.
  for (const [name, value] of Object.entries({ contextTokens, batchTokens }))
    if (value * sequences > 2 ** 28)
      throw new InferenceError("bad-request", `${name} ${value} x ${sequences}: expected at most ${2 ** 28} in all`);
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

/** Asked only so that another place is not asked about alone. */
export const unread: Question = { token: true };

/**
 * A batch of several tokens that asks about one of them asks about a second one too, and nobody reads that answer. llama.cpp
 * drops what is not asked for before the last layer's end; a single row left there runs the vector kernels, which under AVX2 round
 * otherwise (F16 weights: up to 4e-4), and a token's logits would depend on what else was asked.
 */
function withSecondAnswer(feeds: readonly ControlledEvaluateInputItem[][]): ControlledEvaluateInputItem[][] {
  const asked = feeds.flat().filter((item) => Array.isArray(item)).length;
  const feed = feeds.findIndex((items) => items.some((item) => !Array.isArray(item)));
  if (asked !== 1 || feed < 0) return [...feeds];
  const place = feeds[feed]!.findLastIndex((item) => !Array.isArray(item));
  const token = feeds[feed]![place] as Token;
  return feeds.with(feed, feeds[feed]!.with(place, [token, { generateNext: unread }]));
}

function inputItem({ token, ask }: Feed): ControlledEvaluateInputItem {
  return ask === undefined ? (token as Token) : [token as Token, { generateNext: ask }];
}
