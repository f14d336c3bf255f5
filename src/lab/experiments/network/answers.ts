import type { AnswerClaims } from "../../../actors/claim.ts";
import type { TranscriptSource } from "../../../actors/strategies/transcript-source.ts";
import type { EvidenceDetail, Transcript } from "../../../inference/transcript.ts";
import type { NetworkSettings } from "../../experiment-file-network.ts";

interface AnswerSettings extends Pick<NetworkSettings, "sampling"> {
  readonly jobs: Pick<NetworkSettings["jobs"], "tokenLimit">;
  /** As much as the transcripts of another experiment hold, so that theirs are found in the store. */
  readonly detail?: EvidenceDetail;
}

/** Answers the simulation's questions with transcripts, from the store or by inference as the source's mode says. */
export function answersFrom(
  source: TranscriptSource,
  { sampling, jobs, detail }: AnswerSettings,
  signal: AbortSignal,
): AnswerClaims {
  return async (questions) => {
    const requests = questions.map(({ prompt: { input, seed }, strategy }) => ({
      prompt: input,
      seed,
      strategy,
      sampling,
      tokenLimit: jobs.tokenLimit,
      ...(detail && { detail }),
    }));
    return (await source.obtain(requests, { signal })).map(claimRecord);
  };
}

function claimRecord({ identity, outputTokens, evidence, endTokens, vocabularySize, work }: Transcript) {
  return {
    promptTokens: identity.job.promptTokens,
    outputTokens: [...outputTokens],
    referenceTokens: [...evidence.referenceTokens],
    promptReferenceTokens: [...evidence.inputReferenceTokens],
    endTokens,
    vocabularySize,
    work,
  };
}
