/** A claim's evidence: what the reference model says at every position, in columns. */
import type { InferenceContext } from "./context.ts";
import { score } from "./score.ts";
import type { Evidence, EvidenceDetail, TranscriptJob } from "./transcript.ts";

/** One teacher-forced pass (two under `inverse-cdf` sampling). Errors: as `score`; an empty output has empty evidence. */
export async function scoreClaim(
  context: InferenceContext,
  job: TranscriptJob,
  outputTokens: readonly number[],
  detail: EvidenceDetail,
): Promise<Evidence> {
  const { promptTokens, sampling, seed } = job;
  const { positions, inputReferenceTokens } =
    outputTokens.length === 0
      ? { positions: [], inputReferenceTokens: [] }
      : await score(context, { promptTokens, outputTokens, sampling, seed, detail, insideInput: true });
  const distribution = detail === "distribution";
  return {
    referenceTokens: Uint32Array.from(positions, ({ referenceToken }) => referenceToken),
    topTokens: Uint32Array.from(positions, ({ logits }) => logits!.topToken),
    claimedLogits: Float32Array.from(positions, ({ logits }) => logits!.claimedLogit),
    topLogits: Float32Array.from(positions, ({ logits }) => logits!.topLogit),
    logSumExps: Float32Array.from(positions, ({ logits }) => logits!.logSumExp),
    margins: Float32Array.from(positions, ({ margin }) => margin ?? Number.NaN),
    ranks: distribution ? Uint32Array.from(positions, ({ rank }) => rank!) : null,
    entropiesNats: distribution ? Float32Array.from(positions, ({ entropyNats }) => entropyNats!) : null,
    inputReferenceTokens: Uint32Array.from(inputReferenceTokens!),
  };
}
