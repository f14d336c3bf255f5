/** What an actor sees of the world that it lives in. */

import type { Block } from "../protocol/chain/block.ts";
import type { Link } from "../protocol/chain/chain.ts";
import type { Evidence } from "../protocol/jobs/operations.ts";
import type { Transaction } from "../protocol/transaction.ts";
import type { VerificationRequest } from "../protocol/verification/request.ts";
import type { EventLog } from "../sim/event-log.ts";
import type { Kernel } from "../sim/kernel.ts";
import type { NodeId } from "../sim/network/message.ts";
import type { Streams } from "../sim/streams.ts";
import type { MinerAccount } from "./accounts.ts";
import type { DeliveryTimes } from "./delivery-times.ts";
import type { InferenceBridge } from "./inference-bridge.ts";
import type { Assignment, JobRun, WorkingNode } from "./job-run.ts";
import type { Party } from "./party.ts";
import type { SharedLedger } from "./shared-ledger.ts";
import type { WorldSettings } from "./world-settings.ts";

export interface SimContext {
  readonly settings: WorldSettings;
  readonly kernel: Kernel;
  readonly streams: Streams;
  readonly log: EventLog | undefined;
  readonly messages: DeliveryTimes;
  readonly ledger: SharedLedger;
  readonly inference: InferenceBridge;
  readonly disputes: DisputeService;
  readonly verifiers: readonly VerifierPeer[];
  /** Keepers of pools, who test disputed outputs again. */
  readonly miners: readonly { readonly party: Party; readonly account: MinerAccount }[];
  /** Assigns jobs, in the centralised variant. */
  readonly moderator: { onNodeFree(node: WorkingNode): void } | undefined;
  /** In the order of posting; some may be unwanted already. */
  readonly openJobs: Set<JobRun>;
  /** The latest, in the order of finding. */
  readonly recentBlocks: readonly FoundBlock[];

  /** Sends to everybody, now. */
  flood(from: Party, payloadBytes: number): void;
  /** Calls when what is flooded now comes from one party to another, if it ever does. */
  floodArrives(from: Party, to: Party, payloadBytes: number, then: () => void): void;
  /** Sends to one receiver, now, and calls when it has got there, if it ever does. */
  send(from: Party, to: Party, payloadBytes: number, then: () => void): void;
  /** Floods a transaction that concerns no job, and takes it into the pool. */
  submit(from: Party, transaction: Transaction): void;
  jobPosted(run: JobRun): void;
  /** The acceptance that came first is on its way to another node that works on the job. */
  notifyTaken(run: JobRun, other: WorkingNode): void;
  blockFound(finder: Party, block: Block): void;
  /** The vocabulary's bare token hashes, inverted. */
  tokenByHash(vocabularySize: number): ReadonlyMap<string, number>;
}

/** Where charges and their answers go (disputes.ts). */
export interface DisputeService {
  /** By a node that has committed. It takes effect when it reaches the client. */
  chargeUnpaid(run: JobRun, node: WorkingNode): void;
  /** By the client. */
  chargeNoOutput(run: JobRun): void;
  /** By the client. It reaches the miners, who keep pools: each evaluates the model itself, the first to have done so decides. */
  chargeInvalidOutput(run: JobRun, evidence: readonly Evidence[], nonce: Uint8Array): void;
  /** The accused node shows the committed output to everybody, its client among them. */
  openCommitment(run: JobRun, assignment: Assignment): void;
  /** Something has happened to the job that may have ended an open charge. */
  onAnswer(run: JobRun, decidedBy: string): void;
}

/** A neighbour that answers verification requests. */
export interface VerifierPeer {
  readonly party: Party;
  answer(request: VerificationRequest, run: JobRun, assignment: Assignment, arrivesAtUs: number): VerifierAnswer;
}

export interface VerifierAnswer {
  readonly verifier: string;
  readonly partyId: NodeId;
  readonly readyAtUs: number;
  /** Bare token hash (2023.1) or commitment (2026.1). */
  readonly hash: string;
  readonly salt: string;
  readonly token: number;
}

/** A block on its way to all miners. */
export interface FoundBlock {
  readonly link: Link;
  readonly finder: Party;
  readonly atUs: number;
  readonly bytes: number;
}
