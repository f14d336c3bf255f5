/** What a process and its child on another machine's processor say to each other: plain data, one answer to each order. */
import type { LockStepShape } from "../lock-step.ts";
import type { Numerics } from "../numerics.ts";
import type { Engine, Evidence, EvidenceDetail, TranscriptJob } from "../transcript.ts";
import type { ContinuationRequest } from "../transcript-generation.ts";

/** A context to generate in; the child opens each once and keeps it. */
export interface ContextOrder {
  readonly modelPath: string;
  /** What the file must be. */
  readonly modelRoot: string;
  readonly contextTokens: number;
  readonly sequences: number;
  readonly numerics: Numerics;
}

/** An output to be scored. */
export interface ClaimToScore {
  readonly job: TranscriptJob;
  readonly outputTokens: readonly number[];
  readonly detail: EvidenceDetail;
}

export type Order =
  | {
      readonly kind: "generate";
      readonly id: number;
      readonly context: ContextOrder;
      readonly requests: readonly ContinuationRequest[];
      readonly shape: LockStepShape;
    }
  | {
      readonly kind: "score";
      readonly id: number;
      readonly context: ContextOrder;
      readonly claims: readonly ClaimToScore[];
    }
  | { readonly kind: "abort"; readonly id: number };

export type Report =
  | { readonly kind: "ready"; readonly engine: Engine }
  | { readonly kind: "unready"; readonly message: string }
  | { readonly kind: "generated"; readonly id: number; readonly outputs: number[][] }
  | { readonly kind: "scored"; readonly id: number; readonly evidence: Evidence[] }
  | { readonly kind: "failed"; readonly id: number; readonly code: string; readonly message: string };
