/**
 * Transcripts for requests, from the store or by running strategies and the reference model: what the simulator asks at its
 * bridge and what the attack experiments are made of.
 */
import { createHash } from "node:crypto";
import { InferenceError } from "../../inference/errors.ts";
import type { Numerics } from "../../inference/numerics.ts";
import { checkSampling, type Sampling } from "../../inference/sampling/sampling.ts";
import {
  type Engine,
  type EvidenceDetail,
  type Transcript,
  type TranscriptIdentity,
  transcriptKey,
} from "../../inference/transcript.ts";
import { encodePayload } from "../../inference/transcript-codec.ts";
import { canonicalJson, type Json } from "../../inference/transcript-json.ts";
import type { TranscriptStore } from "../../inference/transcript-store/store.ts";
import { chooseStrategy, type StrategyChoice } from "./index.ts";
import { fullNumerics, type InferenceSetup, ModelPool, modelFile } from "./runtime/model-pool.ts";
import { recordedName, type Strategy } from "./runtime/strategy.ts";
import { generatingNumerics, StrategyRunner, type StrategyTask } from "./runtime/strategy-runner.ts";

/**
 * `recorded`: from the store, and what is missing is computed and stored. `store-only`: what is missing is an error, and no
 * model is touched. `live`: everything is computed, stored, and compared with what the store had.
 */
export const inferenceModes = ["live", "recorded", "store-only"] as const;
export type InferenceMode = (typeof inferenceModes)[number];

export interface TranscriptRequest {
  /** Text, or the tokens that are fed for it. */
  readonly prompt: string | readonly number[];
  /** Most output tokens, the end token included. */
  readonly tokenLimit: number;
  readonly sampling: Sampling;
  readonly seed: number;
  readonly strategy: StrategyChoice;
  /** `logits` unless given. */
  readonly detail?: EvidenceDetail;
}

export interface TranscriptSourceOptions {
  readonly setup: InferenceSetup;
  readonly store: TranscriptStore;
  readonly mode: InferenceMode;
  /** Whose numbers to use, where the store holds several engines'. */
  readonly engine?: Engine;
}

export interface ObtainOptions {
  /** Stops between steps of the model; what was finished is stored, and the same call goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { done: number; total: number; fromStore: number }) => void;
}

export type TranscriptSourceErrorCode = "missing-transcript" | "differs-from-store" | "other-engine";

export class TranscriptSourceError extends Error {
  override readonly name = "TranscriptSourceError";
  readonly code: TranscriptSourceErrorCode;
  /** A mistake of the user, about what all cells of a run share. */
  readonly scope = "run";

  constructor(code: TranscriptSourceErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A request whose strategy exists and whose parameters are right. */
interface Wanted {
  readonly request: TranscriptRequest;
  readonly strategy: Strategy;
  readonly parameters: Json;
}
interface Identified extends Wanted {
  readonly identity: TranscriptIdentity;
  readonly key: string;
}

export class TranscriptSource {
  readonly #options: TranscriptSourceOptions;
  #models: Promise<ModelPool> | undefined;
  #runner: Promise<StrategyRunner> | undefined;
  #engine: Promise<Engine | null> | undefined;

  constructor(options: TranscriptSourceOptions) {
    this.#options = options;
  }

  /**
   * One transcript per request, in order; the same request twice gives the same object. Missing ones are made in lock step
   * and each is stored as soon as it is finished.
   *
   * Errors: StrategyError for a request that names no strategy or wrong parameters, before anything is computed;
   * TranscriptSourceError `missing-transcript` (store-only), `differs-from-store` (live), `other-engine`; AbortError.
   */
  async obtain(requests: readonly TranscriptRequest[], options: ObtainOptions = {}): Promise<Transcript[]> {
    const { mode, store } = this.#options;
    const wanted = requests.map(checked);
    const identified = await this.#identify(wanted);
    const found = new Map<string, Transcript>();
    const missing = new Map<string, Identified>();
    for (const one of identified) {
      if (found.has(one.key) || missing.has(one.key)) continue;
      const stored = mode === "live" ? undefined : store.get(one.key);
      if (stored === undefined) missing.set(one.key, one);
      else found.set(one.key, stored);
    }
    const total = found.size + missing.size;
    const fromStore = found.size;
    options.onProgress?.({ done: fromStore, total, fromStore });
    if (missing.size > 0) {
      if (mode === "store-only") throw this.#missing([...missing.values()], total);
      await this.#compute([...missing.values()], options.signal, (key, transcript) => {
        found.set(key, transcript);
        options.onProgress?.({ done: found.size, total, fromStore });
      });
    }
    return identified.map(({ key }) => found.get(key)!);
  }

  /** Whether a model, or llama.cpp at all, was opened so far. */
  get touchedModels(): boolean {
    return this.#models !== undefined;
  }

  /** Closes the models, not the store. */
  async close(): Promise<void> {
    await (await this.#models)?.close();
  }

  async #identify(wanted: readonly Wanted[]): Promise<Identified[]> {
    const engine = await this.#chooseEngine();
    const unknown: Wanted[] = [];
    const identified: Identified[] = [];
    for (const one of wanted) {
      const promptTokens = await this.#promptTokens(one.request.prompt);
      if (engine === null || promptTokens === null) unknown.push(one);
      else identified.push(this.#identity(one, promptTokens, engine));
    }
    if (unknown.length > 0) throw this.#missing(unknown, wanted.length);
    return identified;
  }

  #identity(wanted: Wanted, promptTokens: readonly number[], engine: Engine): Identified {
    const { setup } = this.#options;
    const { request, strategy, parameters } = wanted;
    const { tokenLimit, sampling, seed, detail = "logits" } = request;
    const { temperature, topK, topP, choice } = sampling;
    const modelRoots = Object.fromEntries(
      strategy.models(parameters).map((name) => [name, modelFile(setup, name).root]),
    );
    const withPool = strategy.usesPool?.(parameters) ? { pool: sha256(canonicalJson(setup.pool ?? [])) } : {};
    const identity: TranscriptIdentity = {
      job: {
        modelRoot: setup.models.target.root,
        promptTokens,
        tokenLimit,
        sampling: { temperature, topK, topP, choice },
        seed,
      },
      strategy: {
        name: recordedName(strategy),
        revision: strategy.revision,
        parameters: { ...(parameters as Record<string, Json>), ...withPool },
        modelRoots,
      },
      generatedBy: {
        engine: { ...engine, cpuKernels: strategy.cpuKernels?.(parameters) ?? engine.cpuKernels },
        numerics: generatingNumerics(setup, strategy, parameters),
      },
      scoredBy: {
        engine,
        numerics: this.#scoringNumerics(),
        modelRoot: setup.models.target.root,
        detail,
      },
    };
    return { ...wanted, identity, key: transcriptKey(identity) };
  }

  #scoringNumerics(): Numerics {
    const { setup } = this.#options;
    return fullNumerics(setup, setup.scoringNumerics ?? {});
  }

  async #compute(
    missing: readonly Identified[],
    signal: AbortSignal | undefined,
    done: (key: string, transcript: Transcript) => void,
  ): Promise<void> {
    const { setup, store, mode } = this.#options;
    for (const one of missing) checkContextSize(one, setup);
    const models = await this.#openModels();
    const engine = await this.#chooseEngine();
    if (canonicalJson(engine) !== canonicalJson(models.engine))
      throw new TranscriptSourceError(
        "other-engine",
        `${missing.length} transcripts are missing in ${store.path}, and this machine's ${nameOf(models.engine)} would not compute ` +
          `what ${nameOf(engine!)} did there; use another store, or compute everything here (--inference live)`,
      );
    this.#runner ??= Promise.resolve(
      new StrategyRunner(setup, models, async (text) => (await this.#promptTokens(text))!),
    );
    const runner = await this.#runner;
    const taskOf = (one: Identified): StrategyTask => {
      const { identity, key, strategy, parameters } = one;
      return {
        identity,
        strategy,
        parameters,
        done: ({ outputTokens, work, alteredPositions = [] }, evidence, { endTokens, vocabularySize }) => {
          const transcript: Transcript = {
            identity,
            outputTokens: Uint32Array.from(outputTokens),
            alteredPositions: Uint32Array.from(alteredPositions),
            work,
            endTokens,
            vocabularySize,
            evidence,
          };
          const before = mode === "live" ? store.get(key) : undefined;
          if (before === undefined) store.add(transcript);
          else if (!encodePayload(before).equals(encodePayload(transcript)))
            throw this.#differs(one, before, transcript);
          done(key, transcript);
        },
      };
    };
    const together = jobsPerSequence * setup.sequences;
    for (let left = [...missing]; left.length > 0; left = this.#stillMissing(left, done))
      await runner.run(left.splice(0, together).map(taskOf), signal);
  }

  /** Another process that shares the store may have been at the same work: what it finished meanwhile is taken from there. */
  #stillMissing(left: readonly Identified[], done: (key: string, transcript: Transcript) => void): Identified[] {
    const { mode, store } = this.#options;
    return left.filter(({ key }) => {
      const stored = mode === "live" ? undefined : store.get(key);
      if (stored !== undefined) done(key, stored);
      return stored === undefined;
    });
  }

  /** From the store, else from the target's vocabulary; null in store-only mode when the store does not know the text. */
  async #promptTokens(prompt: string | readonly number[]): Promise<readonly number[] | null> {
    if (typeof prompt !== "string") return prompt;
    const { store, setup, mode } = this.#options;
    const { root } = setup.models.target;
    const known = store.promptTokens(root, prompt);
    if (known !== undefined) return known;
    if (mode === "store-only") return null;
    const models = await this.#openModels();
    const tokens = (await models.model("target")).vocabulary.promptTokens(prompt);
    store.addPromptTokens(root, prompt, tokens);
    return tokens;
  }

  /** Whose numbers: the one asked for; in `live` this machine's; else the store's only one; null for an empty store-only. */
  #chooseEngine(): Promise<Engine | null> {
    this.#engine ??= this.#findEngine();
    return this.#engine;
  }

  async #findEngine(): Promise<Engine | null> {
    const { engine, store, mode } = this.#options;
    if (engine !== undefined) return engine;
    if (mode === "live") return (await this.#openModels()).engine;
    const stored = store.engines();
    if (stored.length === 1) return stored[0]!;
    if (mode === "store-only") {
      if (stored.length === 0) return null;
      const names = stored.map(nameOf).join("; ");
      throw new TranscriptSourceError(
        "other-engine",
        `${store.path} holds several engines' transcripts (${names}): say whose`,
      );
    }
    return (await this.#openModels()).engine;
  }

  #openModels(): Promise<ModelPool> {
    this.#models ??= ModelPool.open(this.#options.setup);
    return this.#models;
  }

  #missing(missing: readonly (Wanted & { readonly key?: string })[], total: number): TranscriptSourceError {
    const { store } = this.#options;
    const [first] = missing;
    return new TranscriptSourceError(
      "missing-transcript",
      `${store.path}: ${missing.length} of ${total} transcripts are missing; the first: ${describe(first!)}; ` +
        "run once with --inference recorded to compute them",
    );
  }

  #differs(wanted: Identified, before: Transcript, now: Transcript): TranscriptSourceError {
    const { store } = this.#options;
    const place = now.outputTokens.findIndex((token, i) => token !== before.outputTokens[i]);
    const what =
      now.outputTokens.length !== before.outputTokens.length || place >= 0
        ? `the output differs from position ${place >= 0 ? place : Math.min(now.outputTokens.length, before.outputTokens.length)} on`
        : "the output is the same, its evidence is not";
    return new TranscriptSourceError(
      "differs-from-store",
      `${store.path}: computed afresh, ${describe(wanted)} is not what was stored: ${what}; ` +
        "a strategy that changed needs a new revision, a store of doubtful origin needs replacing",
    );
  }
}

/** Jobs under way together: enough that few sequences idle while the last texts of a batch end, few enough to store often. */
const jobsPerSequence = 6;

function checked(request: TranscriptRequest): Wanted {
  checkSampling(request.sampling, request.seed);
  if (!(Number.isSafeInteger(request.tokenLimit) && request.tokenLimit >= 1))
    throw new InferenceError("bad-request", `token limit ${request.tokenLimit}: expected a whole number of at least 1`);
  return { request, ...chooseStrategy(request.strategy) };
}

/** The output is scored whole, so all of it must fit; one more for the neighbour of a paired step. */
function checkContextSize(wanted: Identified, { contextTokens }: InferenceSetup): void {
  const { promptTokens, tokenLimit } = wanted.identity.job;
  const needed = promptTokens.length + tokenLimit;
  if (needed > contextTokens)
    throw new InferenceError(
      "context-exceeded",
      `${describe(wanted)}: ${promptTokens.length} prompt tokens and ${tokenLimit} to generate need a context of ${needed}, ` +
        `and the setup has ${contextTokens}; shorten the limit, or set a longer context`,
    );
}

function describe({ request, key }: Wanted & { readonly key?: string }): string {
  const { prompt, seed, strategy } = request;
  const text = typeof prompt === "string" ? JSON.stringify(clip(prompt)) : `of ${prompt.length} tokens`;
  const parameters = strategy.parameters === undefined ? "" : ` ${canonicalJson(strategy.parameters)}`;
  const name = key === undefined ? "of a prompt or engine that the store has never seen" : `key ${key.slice(0, 12)}`;
  return `strategy ${strategy.name}${parameters}, seed ${seed}, prompt ${text}, ${name}`;
}

function clip(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

function nameOf({ engineRelease, cpuKernels, gpuDevices }: Engine): string {
  return [`llama.cpp ${engineRelease}`, gpuDevices.length > 0 ? gpuDevices.join(", ") : `${cpuKernels} kernels`].join(
    " on ",
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
