/** Runs strategies: many jobs side by side, their questions to the models in rounds. */
import { createHash } from "node:crypto";
import type { Numerics } from "../../../inference/numerics.ts";
import { type ScoreRequest, score } from "../../../inference/score.ts";
import { type SpeculativeOutput, type SpeculativeRequest, speculate } from "../../../inference/speculative.ts";
import type { Evidence, TranscriptIdentity } from "../../../inference/transcript.ts";
import type { ContinuationRequest } from "../../../inference/transcript-generation.ts";
import { canonicalJson } from "../../../inference/transcript-json.ts";
import { scoreClaim } from "../../../inference/transcript-scoring.ts";
import { type Stream, Streams } from "../../../sim/streams.ts";
import { fullNumerics, type InferenceSetup, type ModelAt, type ModelPool, modelFile } from "./model-pool.ts";
import { type PendingQuestion, RoundBarrier } from "./round-barrier.ts";
import {
  type Job,
  recordedName,
  type Strategy,
  StrategyError,
  type StrategyModel,
  type StrategyOutput,
  type Tools,
} from "./strategy.ts";

type Question =
  | { readonly kind: "generate"; readonly at: ModelAt; readonly request: ContinuationRequest }
  | { readonly kind: "reference"; readonly at: ModelAt; readonly request: ScoreRequest }
  | { readonly kind: "speculate"; readonly at: ModelAt; readonly draft: string; readonly request: SpeculativeRequest }
  | { readonly kind: "score"; readonly identity: TranscriptIdentity; readonly outputTokens: readonly number[] };

export interface StrategyTask {
  readonly identity: TranscriptIdentity;
  readonly strategy: Strategy;
  /** What the strategy's parameters were read as. */
  readonly parameters: unknown;
  /** Called with each finished output at once, while others are still under way. */
  done(
    output: StrategyOutput,
    evidence: Evidence,
    facts: { endTokens: readonly number[]; vocabularySize: number },
  ): void;
}

/** How many outputs are remembered, so that strategies which begin with the same honest text share its inference. */
const rememberedOutputs = 10_000;
/** Fewer of these: evidence takes some kilobytes. */
const rememberedEvidences = 2_000;

export class StrategyRunner {
  readonly #setup: InferenceSetup;
  readonly #models: ModelPool;
  readonly #poolTokens: (text: string) => Promise<readonly number[]>;
  readonly #evidences = new Map<string, Evidence>();
  readonly #outputs = new Map<string, { tokens: readonly number[]; ended: boolean }>();

  constructor(setup: InferenceSetup, models: ModelPool, poolTokens: (text: string) => Promise<readonly number[]>) {
    this.#setup = setup;
    this.#models = models;
    this.#poolTokens = poolTokens;
  }

  /** Runs the tasks together. When some fail, the others still finish; then the first failure is thrown. */
  async run(tasks: readonly StrategyTask[], signal: AbortSignal | undefined): Promise<void> {
    const barrier = new RoundBarrier<Question>((round) => this.#answer(round, signal));
    const ends = await barrier.run(tasks.map((task) => () => this.#run(task, barrier)));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  async #run(task: StrategyTask, barrier: RoundBarrier<Question>): Promise<void> {
    const { identity, strategy, parameters } = task;
    const { promptTokens, tokenLimit, sampling, seed } = identity.job;
    const job: Job = { promptTokens, tokenLimit, sampling, seed };
    const tools = await this.#tools(task, job, barrier);
    const output = await strategy.run(job, tools, parameters);
    const { vocabulary } = await this.#models.model("target");
    checkOutput(strategy, job, output, vocabulary.size);
    const { outputTokens } = output;
    const evidence = await barrier.ask<Evidence>({ kind: "score", identity, outputTokens });
    await this.#models.requireUntouched();
    task.done(output, evidence, { endTokens: vocabulary.endTokens, vocabularySize: vocabulary.size });
  }

  async #tools(
    { identity, strategy, parameters }: StrategyTask,
    job: Job,
    barrier: RoundBarrier<Question>,
  ): Promise<Tools> {
    const own = {
      numerics: identity.generatedBy.numerics,
      cpuKernels: strategy.cpuKernels?.(parameters) ?? null,
      shape: strategy.shape?.(parameters) ?? {},
    };
    const usual = { numerics: usualNumerics(this.#setup), cpuKernels: null, shape: {} };
    const models = new Map<string, { own: StrategyModel; usual: StrategyModel }>();
    for (const name of strategy.models(parameters))
      models.set(name, {
        own: await this.#model({ name, ...own }, job, barrier),
        usual: await this.#model({ name, ...usual }, job, barrier),
      });
    const draws = new Streams(String(job.seed)).fresh(`strategy/${recordedName(strategy)}/${nameOf(job.promptTokens)}`);
    const usesPool = strategy.usesPool?.(parameters) ?? false;
    return {
      model: (name, settings = "own") => {
        const model = models.get(name);
        if (model === undefined)
          throw new StrategyError("unknown-model", `strategy '${strategy.name}' did not announce its model '${name}'`);
        return model[settings];
      },
      otherJob: usesPool ? await this.#otherJob(job, draws) : job,
      publicJobs: usesPool ? await this.#publicJobs(job) : [],
      draws,
    };
  }

  async #model(at: ModelAt, job: Job, barrier: RoundBarrier<Question>): Promise<StrategyModel> {
    const { vocabulary } = await this.#models.model(at.name);
    return {
      root: modelFile(this.#setup, at.name).root,
      vocabularySize: vocabulary.size,
      endTokens: vocabulary.endTokens,
      isEndToken: (token) => vocabulary.isEndToken(token),
      generate: ({ job: other = job, ...terms } = {}) =>
        barrier.ask<number[]>({ kind: "generate", at, request: { ...other, ...terms } }),
      referenceTokens: (outputTokens) => {
        const { promptTokens, sampling, seed } = job;
        const request = { promptTokens, sampling, seed, outputTokens, detail: "token" } as const;
        return barrier.ask<number[]>({ kind: "reference", at, request });
      },
      speculate: ({ draft, proposedTokens }) =>
        barrier.ask<SpeculativeOutput>({ kind: "speculate", at, draft, request: { ...job, proposedTokens } }),
    };
  }

  /**
   * Another prompt under another seed: with the job's own seed the two texts would share their noise, and three of four tokens
   * of a foreign text follow from its prefix as if made for this job (gumbel, temperature 0.7; measured on four jobs).
   */
  async #otherJob(job: Job, draws: Stream): Promise<Job> {
    const { pool = [] } = this.#setup;
    const seed = draws.below(2 ** 32);
    const first = draws.below(Math.max(1, pool.length));
    for (const step of pool.keys()) {
      const promptTokens = await this.#poolTokens(pool[(first + step) % pool.length]!);
      if (promptTokens.join() !== job.promptTokens.join()) return { ...job, promptTokens, seed };
    }
    throw new StrategyError(
      "empty-pool",
      `a pool of ${pool.length} prompts has none but the job's own; give it another`,
    );
  }

  /** Seeds of their own for the same reason. */
  async #publicJobs(job: Job): Promise<Job[]> {
    const { pool = [] } = this.#setup;
    const streams = new Streams("public outputs");
    const jobs: Job[] = [];
    for (const text of new Set(pool)) {
      const promptTokens = await this.#poolTokens(text);
      if (promptTokens.join() === job.promptTokens.join()) continue;
      jobs.push({ ...job, promptTokens, seed: streams.fresh(`prompt/${nameOf(promptTokens)}`).below(2 ** 32) });
    }
    return jobs;
  }

  /** Generation first, all of a model's together; then the passes over finished texts, one by one. */
  async #answer(round: readonly PendingQuestion<Question>[], signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const groups = Map.groupBy(round, ({ question }) =>
      question.kind === "generate" ? canonicalJson(question.at) : "",
    );
    for (const [group, asked] of groups) if (group !== "") await this.#generate(asked, signal);
    for (const { question, resolve } of round) {
      signal?.throwIfAborted();
      if (question.kind === "reference") {
        const { name, numerics } = question.at;
        const context = await this.#models.context(name, numerics, this.#setup.sequences);
        const { positions } = await score(context, question.request);
        resolve(positions.map(({ referenceToken }) => referenceToken));
      } else if (question.kind === "speculate") {
        const { name, numerics } = question.at;
        const [target, draft] = [name, question.draft].map((each) => this.#models.context(each, numerics, 1));
        resolve(await speculate(await target!, await draft!, question.request, signal));
      } else if (question.kind === "score") {
        resolve(await this.#evidence(question.identity, question.outputTokens));
      }
    }
  }

  /** Honest variations mostly deliver one text: it is scored once. */
  async #evidence({ job, scoredBy }: TranscriptIdentity, outputTokens: readonly number[]): Promise<Evidence> {
    const key = canonicalJson({ job, scoredBy, outputTokens });
    let evidence = this.#evidences.get(key);
    if (evidence === undefined) {
      const context = await this.#models.context("target", scoredBy.numerics, 1);
      evidence = await scoreClaim(context, job, outputTokens, scoredBy.detail);
      this.#evidences.set(key, evidence);
      if (this.#evidences.size > rememberedEvidences) this.#evidences.delete(this.#evidences.keys().next().value!);
    }
    return evidence;
  }

  async #generate(asked: readonly PendingQuestion<Question>[], signal: AbortSignal | undefined): Promise<void> {
    const wanted = asked.map(({ question, resolve }) => {
      const { at, request } = question as Extract<Question, { kind: "generate" }>;
      const { steering, tokenLimit, ...terms } = request;
      // What a steering does nobody can tell from outside, so only plain outputs are shared.
      const key = steering === undefined ? canonicalJson({ at, terms }) : null;
      return { request, key, resolve };
    });
    const { at } = asked[0]!.question as Extract<Question, { kind: "generate" }>;
    const { vocabulary } = await this.#models.model(at.name);
    const requests = new Map<string, ContinuationRequest>();
    for (const [i, { request, key }] of wanted.entries()) {
      if (key !== null && this.#remembered(key, request.tokenLimit) !== null) continue;
      const name = key ?? `steered ${i}`;
      const longer = Math.max(request.tokenLimit, requests.get(name)?.tokenLimit ?? 0);
      requests.set(name, { ...request, tokenLimit: longer });
    }
    const outputs = requests.size === 0 ? [] : await this.#models.generate(at, [...requests.values()], signal);
    const byName = new Map([...requests.keys()].map((name, i) => [name, outputs[i]!]));
    for (const [name, tokens] of byName)
      if (!name.startsWith("steered")) this.#remember(name, tokens, vocabulary.isEndToken(tokens.at(-1)!));
    for (const [i, { request, key, resolve }] of wanted.entries())
      resolve(
        key === null
          ? byName.get(`steered ${i}`)!
          : (byName.get(key)?.slice(0, request.tokenLimit) ?? this.#remembered(key, request.tokenLimit)!),
      );
  }

  /** The first tokens of a text do not depend on how many were asked for, so a longer one serves. */
  #remembered(key: string, tokenLimit: number): number[] | null {
    const output = this.#outputs.get(key);
    if (output === undefined || (output.tokens.length < tokenLimit && !output.ended)) return null;
    return output.tokens.slice(0, tokenLimit);
  }

  #remember(key: string, tokens: readonly number[], ended: boolean): void {
    this.#outputs.delete(key);
    this.#outputs.set(key, { tokens, ended });
    if (this.#outputs.size > rememberedOutputs) this.#outputs.delete(this.#outputs.keys().next().value!);
  }
}

function nameOf(promptTokens: readonly number[]): string {
  return createHash("sha256").update(promptTokens.join()).digest("hex");
}

function checkOutput(
  { name }: Strategy,
  { tokenLimit }: Job,
  { outputTokens }: StrategyOutput,
  vocabularySize: number,
): void {
  const { length } = outputTokens;
  const bad = outputTokens.findIndex((token) => !(Number.isInteger(token) && token >= 0 && token < vocabularySize));
  if (length >= 1 && length <= tokenLimit && bad < 0) return;
  const problem = bad < 0 ? `${length} tokens, expected 1 to ${tokenLimit}` : `token ${bad} is ${outputTokens[bad]}`;
  throw new StrategyError("bad-output", `strategy '${name}' made an output that is none: ${problem}`);
}

/** The settings that a strategy's outputs are generated under. */
export function generatingNumerics(setup: InferenceSetup, strategy: Strategy, parameters: unknown): Numerics {
  return fullNumerics(setup, setup.numerics ?? {}, strategy.numerics?.(parameters) ?? {});
}

function usualNumerics(setup: InferenceSetup): Numerics {
  return fullNumerics(setup, setup.numerics ?? {});
}
