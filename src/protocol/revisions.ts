/**
 * A revision names a complete rule set. `2023.1` is the sources read literally; `2026.1` repairs what does not work when
 * they are. Code asks a rule set for the rule it needs and never compares revision names.
 */
import type { RasticVariant } from "./rastic/variants.ts";

export const revisions = ["2023.1", "2026.1"] as const;
export type Revision = (typeof revisions)[number];

export interface RuleSet {
  readonly revision: Revision;
  /** First byte of every encoded job; a node knows by it which rules the job runs under. */
  readonly jobVersion: 1 | 2;
  readonly rastic: RasticVariant;
  /** Where a verifier's 32 bytes of randomness come from (index-derivation.ts). */
  readonly indexSource: "verifier-chosen" | "commitment-and-nonce";
  /** Whether the hash of the output that the client sees before it pays is salted (commitment.ts). */
  readonly outputHash: "bare" | "salted";
  /** What a verification request discloses and how it is answered (outsourced.ts). */
  readonly outsourcing: "claim-disclosed" | "claim-withheld";
  /** What a node must show against the charge that it took the payment and sent nothing (dispute.ts). */
  readonly deliveryProof: "signed-delivery" | "opened-commitment";
  /** Whether a job whose timestamp is far from the receiver's clock is refused (job-life.ts). */
  readonly timestampBounded: boolean;
  /** Which of a job's transactions a higher sequence may replace: payment and testament too, or only the client's first. */
  readonly replacement: "any" | "funding-only";
  /** Which jobs a miner may drop after its discard height (job-life.ts). */
  readonly discard: "any" | "unpaid";
  /** Whether a free node may still accept a job that another one has accepted (job-life.ts). */
  readonly acceptance: "redundant" | "exclusive";
}

export interface Repair {
  /** The field of `RuleSet` that changed. */
  readonly rule: keyof RuleSet;
  readonly was: string;
  readonly now: string;
  readonly reason: string;
}

const literal2023: RuleSet = {
  revision: "2023.1",
  jobVersion: 1,
  rastic: "whitepaper",
  indexSource: "verifier-chosen",
  outputHash: "bare",
  outsourcing: "claim-disclosed",
  deliveryProof: "signed-delivery",
  timestampBounded: false,
  replacement: "any",
  discard: "any",
  acceptance: "redundant",
};

const repaired2026: RuleSet = {
  revision: "2026.1",
  jobVersion: 2,
  rastic: "blog",
  indexSource: "commitment-and-nonce",
  outputHash: "salted",
  outsourcing: "claim-withheld",
  deliveryProof: "opened-commitment",
  timestampBounded: true,
  replacement: "funding-only",
  discard: "unpaid",
  acceptance: "redundant",
};

/** The rules of a revision. Variants the sources leave open (e.g. `acceptance`) can be measured by spreading over this. */
export function ruleSet(revision: Revision): RuleSet {
  return revision === "2023.1" ? literal2023 : repaired2026;
}

/** What 2026.1 changes in 2023.1, each with its reason. */
export const repairs: readonly Repair[] = [
  {
    rule: "jobVersion",
    was: "a job names its model (`ggml-alpaca-7b-q4`) and says nothing of sampling; it holds no nonce",
    now: "a job also holds the model's root, the sampling settings and the hash of the client's nonce",
    reason:
      "F is undefined without the exact weights and the sampling; a name can be given to any file; the nonce has to be fixed before the output is",
  },
  {
    rule: "rastic",
    was: "integrity index uniform over input and output (whitepaper 2.5.2)",
    now: "uniform over the output (blog)",
    reason: "an index inside the input asks the model to have predicted the client's own words: honest nodes fail",
  },
  {
    rule: "indexSource",
    was: "the verifier draws the index, nobody can recheck how",
    now: "the index follows from the commitment's hash and a nonce whose hash stands in the job",
    reason:
      "an accuser free to draw can try indices until an honest node's one near tie is hit; a node that can guess the draw computes only that token",
  },
  {
    rule: "outputHash",
    was: "the client sees the bare hash of the output before it pays",
    now: "the hash covers 32 bytes of salt, sent with the output",
    reason:
      "a short output is found by hashing every short text of a known vocabulary: the client reads it without paying",
  },
  {
    rule: "outsourcing",
    was: "the request carries the whole claimed output, the answer is the bare hash of one token",
    now: "the request carries only the tokens before the index; answers are salted commitments, opened when all are in",
    reason:
      "a verifier that sees the claimed token can echo its hash without computing; the hash of one token is inverted by hashing the vocabulary",
  },
  {
    rule: "deliveryProof",
    was: "a signed output message refutes the charge of withholding",
    now: "only the committed output itself does: tokens and salt that open the commitment",
    reason:
      "a signature over ciphertext that only the client can read proves nothing to others: a node that sends noise is never slashed",
  },
  {
    rule: "timestampBounded",
    was: "the ten minutes count from whatever time the client wrote into the job",
    now: "a job is refused when its timestamp is further than a set skew from the receiver's clock",
    reason: "a client that writes an old timestamp leaves no time for a dispute",
  },
  {
    rule: "replacement",
    was: "a transaction with a higher sequence replaces any before it",
    now: "payment and testament carry the highest sequence there is, so nothing replaces them",
    reason:
      "a client that has its output can otherwise redirect the payment to itself before the block, and a node withdraw its stake",
  },
  {
    rule: "discard",
    was: "a miner may discard every job after a height of its choice",
    now: "a job that has been paid stays until a block holds it",
    reason: "a node that has delivered would lose its pay to one miner's impatience",
  },
];
