import type { OutputProvider, Prompt } from "../../src/actors/output-provider.ts";
import type { TranscriptSource } from "../../src/actors/strategies/transcript-source.ts";
import type { Sampling } from "../../src/inference/sampling/sampling.ts";
import type { EvidenceDetail, Transcript } from "../../src/inference/transcript.ts";
import { Streams } from "../../src/sim/streams.ts";
import { promptLines } from "./transcripts.ts";

interface AnswerSettings {
  readonly sampling: Sampling;
  readonly jobs: { readonly tokenLimit: number };
  /** As much as the transcripts of another experiment hold, so that theirs are found in the store. */
  readonly detail?: EvidenceDetail;
}

/** Answers the simulation's questions with transcripts, from the store or by inference as the source's mode says. */
export function answersFrom(
  source: TranscriptSource,
  { sampling, jobs, detail }: AnswerSettings,
  signal: AbortSignal,
): OutputProvider {
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

/** The prompts, each with a sampling seed that depends on the experiment's seed and its place alone. */
export function promptsOf(
  { prompts }: { readonly prompts: { readonly file: string; readonly count: number } },
  seed: string,
): Prompt[] {
  const streams = new Streams(seed);
  return promptLines(prompts).map((input, number) => ({
    number,
    input,
    seed: streams.fresh(`prompt/${number}`).below(2 ** 32),
  }));
}
