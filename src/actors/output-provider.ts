/** What actors request of inference, and what they need of its answer. */
import type { ComputeUsage } from "./compute-usage.ts";
import type { StrategyChoice } from "./strategies/index.ts";

/** A text to be completed, as clients may ask for it. */
export interface Prompt {
  /** Its place among the prompts of the run. */
  readonly number: number;
  readonly input: string;
  /** Seed of the job's sampling. */
  readonly seed: number;
}

/** Which completion of which prompt. */
export interface OutputRequest {
  readonly prompt: Prompt;
  readonly strategy: StrategyChoice;
}

/** A claimed output with the reference model's tokens for it: the part of a transcript that the protocol looks at. */
export interface OutputRecord {
  readonly promptTokens: readonly number[];
  readonly outputTokens: readonly number[];
  /** F(claimed prefix) at each output position. */
  readonly referenceTokens: readonly number[];
  /** The same at each position of the prompt from the second on; null where nobody asked the model. */
  readonly promptReferenceTokens: readonly number[] | null;
  readonly endTokens: readonly number[];
  readonly vocabularySize: number;
  /** What it took to make. */
  readonly work: ComputeUsage;
}

/** Answers in the order of the questions. The same question always gets the same answer. */
export type OutputProvider = (questions: readonly OutputRequest[]) => Promise<readonly OutputRecord[]>;
