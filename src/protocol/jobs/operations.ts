/**
 * What can happen to a job, as the pool takes it in: contents only, after the message that brought it has been checked
 * (messages.ts: hashes, signatures, transactions). A simulation that trusts its own messages can start here.
 */
import type { ClaimedOutput } from "../rastic/claimed-output.ts";

export type JobOperation =
  | CreateJob
  | AcceptJob
  | CommitOutput
  | PayNode
  | DeliverOutput
  | ChargeUnpaid
  | ChargeInvalidOutput
  | ChargeNoOutput
  | Retest
  | OpenCommitment
  | ResolveDispute
  | SettleJob
  | DiscardJob;

interface OnJob {
  readonly jobId: string;
}

/** Step 1: the client's job and the transaction that puts its reward into escrow. */
export interface CreateJob extends OnJob {
  readonly type: "create";
  readonly client: string;
  readonly tokenLimit: number;
  readonly timestampMs: number;
  readonly timelockMs: number;
  readonly nonceHash: string | null;
  readonly fundingId: string;
  readonly escrowUnits: number;
  /** How many blocks this pool keeps the job before it may be discarded: the miner's choice (2.4). */
  readonly retentionBlocks: number;
}

/** Step 2. */
export interface AcceptJob extends OnJob {
  readonly type: "accept";
  readonly node: string;
}

/** Step 3: the signed hash, and the testament that locks the stake. */
export interface CommitOutput extends OnJob {
  readonly type: "commit";
  readonly node: string;
  readonly commitmentHash: string;
  readonly rewardTo: string;
  readonly testamentId: string;
  readonly stakeUnits: number;
}

/** Step 4: the update of the client's transaction. Answers a charge of not paying. */
export interface PayNode extends OnJob {
  readonly type: "pay";
  readonly node: string;
  readonly transactionId: string;
  readonly sequence: number;
}

/** Step 5: the signed, encrypted output was seen. Answers a charge of withholding where a signed delivery is proof enough. */
export interface DeliverOutput extends OnJob {
  readonly type: "deliver";
  readonly node: string;
}

/** A committed node says that the client has not paid. */
export interface ChargeUnpaid extends OnJob {
  readonly type: "charge-unpaid";
  readonly by: string;
}

/** The client says that the output it paid for fails RASTiC. */
export interface ChargeInvalidOutput extends OnJob {
  readonly type: "charge-invalid-output";
  readonly by: string;
  /** As tokenised by the node that keeps this pool; the output and salt must open the commitment. */
  /** Called `claim` in golden vectors. */
  readonly claim: ClaimedOutput;
  readonly salt: string;
  readonly nonce: string;
  /** Reference tokens by index in R, which must fail. */
  readonly evidence: readonly Evidence[];
}
export type Evidence = readonly [sequenceIndex: number, referenceToken: number];

/** The client says that it paid and got nothing. */
export interface ChargeNoOutput extends OnJob {
  readonly type: "charge-no-output";
  readonly by: string;
}

/** What the node that keeps this pool found when it evaluated the model itself at the disputed indices. */
export interface Retest extends OnJob {
  readonly type: "retest";
  readonly evidence: readonly Evidence[];
}

/** The accused node shows the committed output to everybody. */
export interface OpenCommitment extends OnJob {
  readonly type: "open";
  readonly outputTokens: readonly number[];
  readonly salt: string;
}

/** The window is over. */
export interface ResolveDispute extends OnJob {
  readonly type: "resolve";
}

/** A block holds the job's payment. */
export interface SettleJob extends OnJob {
  readonly type: "settle";
}

/** The miner drops the job. */
export interface DiscardJob extends OnJob {
  readonly type: "discard";
}
