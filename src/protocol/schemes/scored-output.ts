/**
 * What every scheme judges: an output, and what the reference model says at each of its output positions given the output's
 * own prefix. Members are named and nested as in a transcript (src/inference/transcript.ts), so that one fits as it is.
 */
import type { ClaimedOutput } from "../rastic/claimed-output.ts";

export interface ScoredOutput {
  readonly identity: {
    readonly job: { readonly promptTokens: readonly number[]; readonly tokenLimit: number };
  };
  readonly outputTokens: ArrayLike<number>;
  /** Every token that ends a text for the job's model. */
  readonly endTokens: readonly number[];
  readonly evidence: PositionEvidence;
}

/** One entry per output position; logits as the model gives them, logarithms natural. */
interface PositionEvidence {
  /** F(claimed prefix): what an honest generator would have put there. */
  readonly referenceTokens: ArrayLike<number>;
  readonly claimedLogits: ArrayLike<number>;
  readonly topLogits: ArrayLike<number>;
  /** ln of the sum of exp(logit) over the vocabulary: log probability = logit - logSumExp. */
  readonly logSumExps: ArrayLike<number>;
  /** By how much the reference token beats the claimed one, in logits; NaN where the sampling has no such number. */
  readonly margins: ArrayLike<number>;
  /** 1 for the model's favourite. */
  readonly ranks: ArrayLike<number> | null;
  readonly entropiesNats: ArrayLike<number> | null;
  /**
   * F(R[0..i-1]) for i = 1 .. A-1, inside the input: where the whitepaper's RASTiC looks and nobody else does. Transcripts have
   * them; without them only that scheme refuses.
   */
  readonly inputReferenceTokens?: ArrayLike<number> | null;
}

export function claimedOutputOf({ identity, outputTokens, endTokens }: ScoredOutput): ClaimedOutput {
  const { promptTokens, tokenLimit } = identity.job;
  return { inputTokens: promptTokens, outputTokens: Array.from(outputTokens), endTokens, tokenLimit };
}

export function isConsistent({ outputTokens, evidence }: ScoredOutput, position: number): boolean {
  return outputTokens[position] === evidence.referenceTokens[position];
}

export function isConsistentThroughout(output: ScoredOutput): boolean {
  for (let i = 0; i < output.outputTokens.length; i++) if (!isConsistent(output, i)) return false;
  return true;
}
