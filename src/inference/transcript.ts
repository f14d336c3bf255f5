/**
 * The central record: one model's output for one prompt, sampling setting and seed, as some strategy claimed it, and what
 * the reference model says at every position given the claimed prefix. Inference is paid once; every scheme's
 * verdict after that is arithmetic on this.
 */
import { createHash } from "node:crypto";
import type { BackendDescription } from "./backend.ts";
import type { Numerics } from "./numerics.ts";
import type { Sampling } from "./sampling/sampling.ts";
import { canonicalJson, type Json } from "./transcript-json.ts";

/** What a client asked for. */
export interface TranscriptJob {
  /** Root of the model that the job names (src/protocol/model-chunks.ts). */
  readonly modelRoot: string;
  readonly promptTokens: readonly number[];
  /** Most output tokens, the end token included. */
  readonly tokenLimit: number;
  readonly sampling: Sampling;
  readonly seed: number;
}

/** How the claim came about. Same name, revision, parameters and models: same tokens. */
export interface TranscriptStrategy {
  readonly name: string;
  /** Raised whenever a strategy's code begins to give other tokens for the same parameters. */
  readonly revision: number;
  readonly parameters: Json;
  /** Root of each model that it used, by the name under which it asked for it. */
  readonly modelRoots: Readonly<Record<string, string>>;
}

/** The part of a backend's description that decides its logits. */
export interface Engine {
  readonly engine: string;
  readonly engineRelease: string;
  readonly cpuKernels: string;
  readonly gpuDevices: readonly string[];
}

export interface EngineNumerics {
  readonly engine: Engine;
  readonly numerics: Numerics;
}

/** How much the evidence says: `distribution` adds rank and entropy, which need the whole vocabulary's logits. */
export const evidenceDetails = ["logits", "distribution"] as const;
export type EvidenceDetail = (typeof evidenceDetails)[number];

/** Everything that a transcript's content follows from; its hash is the transcript's key. */
export interface TranscriptIdentity {
  readonly job: TranscriptJob;
  readonly strategy: TranscriptStrategy;
  readonly generatedBy: EngineNumerics;
  readonly scoredBy: EngineNumerics & { readonly modelRoot: string; readonly detail: EvidenceDetail };
}

/** Model work that a party did, in tokens, for one model. */
export interface ModelWork {
  readonly modelRoot: string;
  /** Tokens fed many at a time: prompts and claims. */
  readonly prefillTokens: number;
  /** Tokens fed one at a time: the steps of a generation after its first token. */
  readonly decodeTokens: number;
}

/**
 * One entry per output position, the last member excepted. float32 throughout: logits are llama.cpp's own; what is derived from them is rounded to
 * the nearest float32, a relative error of at most 6e-8. Logarithms are natural.
 */
export interface Evidence {
  /** F(claimed prefix): what an honest generator would have put there. */
  readonly referenceTokens: Uint32Array;
  /** The argmax of the raw logits; differs from the reference token where sampling drew another. */
  readonly topTokens: Uint32Array;
  readonly claimedLogits: Float32Array;
  readonly topLogits: Float32Array;
  /** ln of the sum of exp(logit) over the vocabulary: log probability = logit - logSumExp. */
  readonly logSumExps: Float32Array;
  /**
   * By how much the reference token beats the claimed one, in logits: 0 when they are the same, Infinity when top-k or
   * top-p excludes the claimed one, NaN under `inverse-cdf` sampling with temperature, which has no such number.
   */
  readonly margins: Float32Array;
  /** 1 for the model's favourite. */
  readonly ranks: Uint32Array | null;
  readonly entropiesNats: Float32Array | null;
  /**
   * F(R[0..i-1]) for i = 1 .. A-1, inside the input, where the whitepaper's RASTiC may look: one entry for each input token
   * after the first. Empty for an empty output, which nobody scores.
   */
  readonly inputReferenceTokens: Uint32Array;
}

export interface Transcript {
  readonly identity: TranscriptIdentity;
  /** As claimed; ends with an end token, or at the token limit, or wherever the cheat stopped. */
  readonly outputTokens: Uint32Array;
  /** Output positions whose token the strategy chose against its own model's advice, ascending. */
  readonly alteredPositions: Uint32Array;
  /** Sorted by model root, one entry each. */
  readonly work: readonly ModelWork[];
  /** Every token that ends a text for the job's model, so that a verdict needs no model. */
  readonly endTokens: readonly number[];
  readonly vocabularySize: number;
  readonly evidence: Evidence;
}

/** SHA-256 of the identity in canonical JSON, as lower-case hexadecimal. */
export function transcriptKey(identity: TranscriptIdentity): string {
  return createHash("sha256").update("camelid/transcript/2\n").update(canonicalJson(identity)).digest("hex");
}

/** cpuFeatures stand in for the kernel library where the system does not tell which one was loaded. */
export function engineOf(backend: BackendDescription): Engine {
  const { engine, engineRelease, cpuKernels, cpuFeatures, gpuDevices } = backend;
  return { engine, engineRelease, cpuKernels: cpuKernels ?? cpuFeatures, gpuDevices };
}
