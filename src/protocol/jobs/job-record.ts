/**
 * What a full node knows about one job (whitepaper 2.4): plain, immutable data. Every step of a job's life makes a new record,
 * so that taking a step back is keeping the old one.
 *
 * People are key hashes (20 bytes), ids and hashes have 32 bytes; all hexadecimal.
 */
import type { RasticCheck } from "../rastic/variants.ts";

/**
 * created -> accepted -> completed -> settled (a block pays the node), voided (a dispute was upheld) or discarded.
 * `disputed` lasts from a charge until it is dismissed or upheld.
 */
export type Stage = "created" | "accepted" | "completed" | "disputed" | "settled" | "voided" | "discarded";

export interface JobRecord {
  readonly jobId: string;
  readonly stage: Stage;
  readonly client: string;
  readonly tokenLimit: number;
  /** Null where jobs carry no nonce. */
  readonly nonceHash: string | null;
  /** The client's first transaction, whose escrow output holds the reward. */
  readonly fundingId: string;
  readonly escrowUnits: number;
  readonly earliestBlockMs: number;
  /** The job may be discarded above this height. */
  readonly discardAfterHeight: number;
  readonly acceptances: readonly string[];
  readonly commitments: readonly NodeCommitment[];
  readonly payment: Payment | null;
  /** Whether the paid node's signed, encrypted output has been seen. */
  readonly delivered: boolean;
  readonly dispute: Dispute | null;
  /** Charges that were answered; the same charge cannot be brought again. */
  readonly dismissed: readonly ChargeName[];
  /** Set once, when the job ends. */
  readonly ruling: Ruling | null;
}

/** A node's commitment, and the testament that backs it. */
export interface NodeCommitment {
  readonly node: string;
  readonly commitmentHash: string;
  readonly rewardTo: string;
  readonly testamentId: string;
  readonly stakeUnits: number;
}

/** The client's updated transaction, which pays one of the committed nodes. */
export interface Payment {
  readonly node: string;
  readonly transactionId: string;
  readonly sequence: number;
}

export type Charge = "unpaid" | "invalid-output" | "no-output";

export interface ChargeName {
  readonly charge: Charge;
  /** The accused node; of `unpaid`, the node that accuses the client. */
  readonly node: string;
}

export interface Dispute extends ChargeName {
  /** Counter-proofs count before this time; from it on, the charge stands. */
  readonly answerBeforeMs: number;
  /** What a re-test must answer; none for other charges, and for an output that is false on its face. */
  readonly checks: readonly RasticCheck[];
}

/** How the job's coins end: the escrow goes to one key hash, every stake back to its node except the slashed one's. */
export interface Ruling {
  readonly escrowTo: string;
  /** The node whose stake goes to the client. */
  readonly slashed: string | null;
}

export function isOver({ stage }: JobRecord): boolean {
  return stage === "settled" || stage === "voided" || stage === "discarded";
}

export function commitmentOf(record: JobRecord, node: string): NodeCommitment | undefined {
  return record.commitments.find((commitment) => commitment.node === node);
}

/** Who gets the stake of `node`; undefined while the job is open or if the node has none in it. */
export function stakeAward(record: JobRecord, node: string): string | undefined {
  if (record.ruling === null || commitmentOf(record, node) === undefined) return undefined;
  return record.ruling.slashed === node ? record.client : node;
}
