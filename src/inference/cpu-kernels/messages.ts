/** What a process and its child with other kernels say to each other: plain data, one answer to each order. */
import type { LockStepShape } from "../lock-step.ts";
import type { Numerics } from "../numerics.ts";
import type { ContinuationRequest } from "../transcript-generation.ts";

/** A context to generate in; the child opens each once and keeps it. */
export interface ContextOrder {
  readonly modelPath: string;
  readonly contextTokens: number;
  readonly sequences: number;
  readonly numerics: Numerics;
}

export type Order =
  | {
      readonly kind: "generate";
      readonly id: number;
      readonly context: ContextOrder;
      readonly requests: readonly ContinuationRequest[];
      readonly shape: LockStepShape;
    }
  | { readonly kind: "abort"; readonly id: number };

export type Report =
  | { readonly kind: "ready"; readonly cpuKernels: string | null }
  | { readonly kind: "unready"; readonly message: string }
  | { readonly kind: "generated"; readonly id: number; readonly outputs: number[][] }
  | { readonly kind: "failed"; readonly id: number; readonly code: string; readonly message: string };
