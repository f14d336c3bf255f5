import type { Evidence } from "../../../protocol/jobs/operations.ts";
import type { RasticPlan } from "../../../protocol/rastic/plan.ts";
import type { Script } from "../../../sim/process.ts";

/** What a client does with a job that it has posted (steps 4 and 6). */
export interface ClientConduct {
  readonly name: string;
  /** Pays for what it ordered, and charges nobody with what it does not believe. */
  readonly followsProtocol: boolean;
  follow(job: ClientMoves): Script;
}

/** What a verification found, and by which reference tokens. */
export interface Finding {
  readonly accepted: boolean;
  readonly evidence: readonly Evidence[];
}

/** The moves that a conduct is made of. */
export interface ClientMoves {
  /** Kinds of the nodes whose commitments have come so far, in that order. */
  readonly commitments: readonly string[];
  /** Waits for the first. */
  committed(): Script;
  /**
   * Step 4: pays for a commitment, the first unless given, and replaces the funding or a payment of a lower sequence. False if the rules
   * or the state of the job forbid it.
   */
  pay(commitment?: number, sequence?: number): boolean;
  /** Waits for a readable output; false when patience is over. The first token is readable with the last. */
  delivered(): Script<boolean>;
  /** Step 6 as the client's group does it: on its own machine, by neighbours, or not at all; undefined where it does not look. */
  verify(): Script<Finding | undefined>;
  chargeNoOutput(): void;
  /** `nonce` is the job's own, or any other where the verifier is free to choose. */
  chargeInvalidOutput(evidence: readonly Evidence[], nonce?: Uint8Array): void;
  /** The positions that a nonce leads to, by default the job's own. */
  plan(nonce?: Uint8Array): RasticPlan;
  /** Has its machine read input and output to the end: afterwards it knows what the model says everywhere. */
  evaluateEverything(): Script;
  /** What a verification under this nonce finds, for a client that has evaluated the model there. */
  findingAt(nonce: Uint8Array): Finding;
  drawNonce(): Uint8Array;
}
