/** What clients can be like. To add one: an object like its neighbours, and its place in the list at the end. */
import type { Evidence } from "../../protocol/jobs/operations.ts";
import type { RasticPlan } from "../../protocol/rastic/plan.ts";
import { finalSequence } from "../../protocol/transaction.ts";
import type { Script } from "../../sim/process.ts";

/** What a client does with a job that it has posted (steps 4 and 6). */
export interface ClientBehavior {
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

/** The moves that a behavior is made of. */
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
  /** Waits for a readable output; false when the time for it is over. The first token is readable with the last. */
  delivered(): Script<boolean>;
  /** Step 6 as the client's group does it: on its own machine, by neighbours, or not at all; undefined where it does not look. */
  verify(): Script<Finding | undefined>;
  chargeNoOutput(): void;
  /** `nonce` is the job's own, or any other where the verifier is free to choose. */
  chargeInvalidOutput(evidence: readonly Evidence[], nonce?: Uint8Array): void;
  /** The positions that a nonce leads to, by default the job's own. */
  plan(nonce?: Uint8Array): RasticPlan;
  /** Has its machine read input and output to the end: afterwards it knows the model's token everywhere. */
  evaluateEverything(): Script;
  /** What a verification under this nonce finds, for a client that has evaluated the model there. */
  findingAt(nonce: Uint8Array): Finding;
  drawNonce(): Uint8Array;
}

/** Pays the first commitment, verifies what it gets, and charges the node when that fails or nothing comes. */
const honest: ClientBehavior = {
  name: "honest",
  followsProtocol: true,
  *follow(job) {
    yield* job.committed();
    job.pay();
    if (!(yield* job.delivered())) {
      job.chargeNoOutput();
      // The charge may bring the output about.
      if (!(yield* job.delivered())) return;
    }
    const finding = yield* job.verify();
    if (finding !== undefined && !finding.accepted) job.chargeInvalidOutput(finding.evidence);
  },
};

/** Commits money, lets nodes work, and pays nobody. */
const neverPays: ClientBehavior = {
  name: "never-pays",
  followsProtocol: false,
  *follow() {},
};

/** Longer than a node waits for its payment, within the window for counter-proofs. */
const LATE_US = 90_000_000;

/** Means well and is slow: its payment comes when the node has charged it already. */
const paysLate: ClientBehavior = {
  name: "pays-late",
  followsProtocol: true,
  *follow(job) {
    yield* job.committed();
    yield LATE_US;
    yield* honest.follow(job);
  },
};

/** Has a readable output, and charges its node with reference tokens that it made up. */
const fabricatedEvidence: ClientBehavior = {
  name: "fabricated-evidence",
  followsProtocol: false,
  *follow(job) {
    yield* job.committed();
    job.pay();
    if (!(yield* job.delivered())) return;
    const { checks } = job.plan();
    job.chargeInvalidOutput(
      checks.map(({ sequenceIndex, claimedToken }) => [sequenceIndex, claimedToken + 1] as const),
    );
  },
};

/** Draws before it gives up. */
const MAX_DRAWS = 1000;

/**
 * Evaluates the model at every position and draws until the draw hits one where the output differs: an honest node's near tie, or, in
 * the whitepaper's RASTiC, the client's own words. Where the draw follows from the commitment, its nonce is not the job's.
 */
const indexGrinding: ClientBehavior = {
  name: "index-grinding",
  followsProtocol: false,
  *follow(job) {
    yield* job.committed();
    job.pay();
    if (!(yield* job.delivered())) return;
    yield* job.evaluateEverything();
    for (let draws = 0; draws < MAX_DRAWS; draws++) {
      const nonce = job.drawNonce();
      const finding = job.findingAt(nonce);
      if (finding.accepted) continue;
      job.chargeInvalidOutput(finding.evidence, nonce);
      return;
    }
  },
};

/** Has a readable output, and charges its node with delivering none. */
const falseNondeliveryCharge: ClientBehavior = {
  name: "false-nondelivery-charge",
  followsProtocol: false,
  *follow(job) {
    yield* job.committed();
    job.pay();
    if (yield* job.delivered()) job.chargeNoOutput();
  },
};

/** The kind of compute node that is the client's own. */
const ACCOMPLICE = "accomplice";
const POLL_INTERVAL_US = 1_000_000;
const MAX_POLLS = 600;

/**
 * Has its own node commit to anything at all, besides the node that works. Pays the worker with a payment that can still be replaced,
 * takes the output, and replaces the payment by one to its own node.
 */
const paymentReplacement: ClientBehavior = {
  name: "payment-replacement",
  followsProtocol: false,
  *follow(job) {
    yield* job.committed();
    for (let polls = 0; polls < MAX_POLLS && job.commitments.length < 2; polls++) yield POLL_INTERVAL_US;
    const accomplice = job.commitments.indexOf(ACCOMPLICE);
    const worker = job.commitments.findIndex((kind) => kind !== ACCOMPLICE);
    if (accomplice < 0 || worker < 0 || !job.pay(worker, finalSequence - 1)) return;
    if (yield* job.delivered()) job.pay(accomplice, finalSequence);
  },
};

export const clientBehaviors = {
  honest,
  "never-pays": neverPays,
  "pays-late": paysLate,
  "fabricated-evidence": fabricatedEvidence,
  "index-grinding": indexGrinding,
  "false-nondelivery-charge": falseNondeliveryCharge,
  "payment-replacement": paymentReplacement,
} as const satisfies Readonly<Record<string, ClientBehavior>>;
