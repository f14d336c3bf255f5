/** What a strategy is: a way to turn a job into an output, with models it really runs and a price it really pays. */
import type { z } from "zod";
import type { LockStepShape } from "../../../inference/lock-step.ts";
import type { Numerics } from "../../../inference/numerics.ts";
import type { Sampling } from "../../../inference/sampling/sampling.ts";
import type { SpeculativeOutput } from "../../../inference/speculative.ts";
import type { Steering } from "../../../inference/transcript-generation.ts";
import type { Stream } from "../../../sim/streams.ts";
import type { ComputeUsage } from "../../compute-usage.ts";

/** A job as a generator of outputs sees it. */
export interface Job {
  readonly promptTokens: readonly number[];
  /** Most output tokens, the end token included. */
  readonly tokenLimit: number;
  readonly sampling: Sampling;
  readonly seed: number;
}

export interface StrategyOutput {
  /** At least one token, at most the job's limit. */
  readonly outputTokens: readonly number[];
  /** What the node spent, as if this job were its only one and its KV cache kept what it had already fed. */
  readonly work: ComputeUsage;
  /** Output positions whose token was chosen against the advice of the model that was running; ascending. */
  readonly alteredPositions?: readonly number[];
}

export interface GenerateTerms {
  /** The job's own unless given. */
  readonly job?: Job;
  readonly outputPrefix?: readonly number[];
  readonly tokenLimit?: number;
  readonly steering?: Steering;
}

export interface SpeculationTerms {
  /** The name of the draft. */
  readonly draft: string;
  /** Tokens proposed at a time, at most. */
  readonly proposedTokens: number;
}

/** A model at hand, under the terms of the job. Nothing is charged: the strategy keeps its own ledger. */
export interface StrategyModel {
  readonly root: string;
  readonly vocabularySize: number;
  readonly endTokens: readonly number[];
  isEndToken(token: number): boolean;
  /** The whole output, prefix included, until an end token or the limit. */
  generate(terms?: GenerateTerms): Promise<number[]>;
  /** F(claimed prefix) at every position of an output: one prefill. */
  referenceTokens(outputTokens: readonly number[]): Promise<number[]>;
  /** The output by speculative decoding, and what either model read for it. */
  speculate(terms: SpeculationTerms): Promise<SpeculativeOutput>;
}

/** How a node's jobs share the model; settings that an honest node is free to choose. */
export interface GenerationShape extends LockStepShape {
  /** Jobs in one batch; the setup's number unless given. */
  readonly sequences?: number;
}

export interface Tools {
  /**
   * One of the models that `models` named; `target` is the one that the job asks for. `usual`: under the node's usual settings
   * in place of the strategy's own.
   */
  model(name: string, settings?: "own" | "usual"): StrategyModel;
  /** A job about another prompt of the pool under another seed, otherwise on the same terms. */
  readonly otherJob: Job;
  /** Other clients' jobs, one about each other prompt of the pool, under seeds that depend on that prompt alone. */
  readonly publicJobs: readonly Job[];
  /** Random choices of this strategy for this job. */
  readonly draws: Stream;
}

export interface Strategy<Parameters = unknown> {
  readonly name: string;
  /** The name that transcripts and random streams keep of a strategy that was renamed, so that stored ones stay valid. */
  readonly recordedName?: string;
  /** Raise it whenever the code begins to give other tokens for the same parameters: stored transcripts then no longer apply. */
  readonly revision: number;
  readonly parameters: z.ZodType<Parameters>;
  /** Names of the models it runs. */
  models(parameters: Parameters): readonly string[];
  /** Settings of its backend that differ from the node's usual ones. */
  numerics?(parameters: Parameters): Partial<Numerics>;
  /** The CPU kernel library that its node runs; this machine's own unless given. */
  cpuKernels?(parameters: Parameters): string | undefined;
  shape?(parameters: Parameters): GenerationShape;
  /** Whether it takes `tools.otherJob` or `tools.publicJobs`: its outputs then depend on the pool. */
  usesPool?(parameters: Parameters): boolean;
  run(job: Job, tools: Tools, parameters: Parameters): Promise<StrategyOutput>;
}

export type StrategyErrorCode = "unknown-strategy" | "bad-parameters" | "unknown-model" | "empty-pool" | "bad-output";

export class StrategyError extends Error {
  override readonly name = "StrategyError";
  readonly code: StrategyErrorCode;
  /** A mistake of the user. */
  readonly scope = "user";

  constructor(code: StrategyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The name by which transcripts know a strategy. */
export function recordedName({ name, recordedName = name }: Pick<Strategy, "name" | "recordedName">): string {
  return recordedName;
}
