/** Transcripts made up for tests of what carries them; those of real models come from real models. */

import { referenceNumerics } from "../../src/inference/numerics.ts";
import { greedy } from "../../src/inference/sampling/sampling.ts";
import type { Engine, Transcript, TranscriptIdentity } from "../../src/inference/transcript.ts";

export const madeUpEngine: Engine = {
  engine: "made up",
  engineRelease: "b1",
  cpuKernels: "haswell",
  gpuDevices: [],
};

export function madeUpIdentity(seed: number, over: Partial<TranscriptIdentity> = {}): TranscriptIdentity {
  return {
    job: { modelRoot: "aa".repeat(32), promptTokens: [1, 17, 300], tokenLimit: 40, sampling: greedy, seed },
    strategy: { name: "honest", revision: 1, parameters: {}, modelRoots: { target: "aa".repeat(32) } },
    generatedBy: { engine: madeUpEngine, numerics: referenceNumerics },
    scoredBy: { engine: madeUpEngine, numerics: referenceNumerics, modelRoot: "aa".repeat(32), detail: "logits" },
    ...over,
  };
}

/** Every seed gives another text; every third position is inconsistent. */
export function madeUpTranscript(seed: number, positions = 40, over: Partial<TranscriptIdentity> = {}): Transcript {
  const at = (of: (i: number) => number) => Array.from({ length: positions }, (_, i) => of(i));
  const odd = (i: number) => i % 3 === 2;
  const outputTokens = Uint32Array.from(at((i) => (seed * 7919 + i * 104729) % 4096));
  const referenceTokens = outputTokens.map((token, i) => (odd(i) ? (token + 1) % 4096 : token));
  const topLogits = Float32Array.from(at((i) => 10 + Math.sin(seed + i)));
  const claimedLogits = topLogits.map((logit, i) => (odd(i) ? logit - 1.25 : logit));
  return {
    identity: madeUpIdentity(seed, over),
    outputTokens,
    alteredPositions: Uint32Array.from(at((i) => i).filter(odd)),
    work: [{ modelRoot: "aa".repeat(32), prefillTokens: 3, decodeTokens: Math.max(0, positions - 1) }],
    endTokens: [2],
    vocabularySize: 4096,
    evidence: {
      referenceTokens,
      topTokens: referenceTokens,
      claimedLogits,
      topLogits,
      logSumExps: topLogits.map((logit) => logit + 1.5),
      margins: topLogits.map((logit, i) => logit - claimedLogits[i]!),
      ranks: null,
      entropiesNats: null,
      inputReferenceTokens: Uint32Array.of(17, 299),
    },
  };
}
