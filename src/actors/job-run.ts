/** One job on its way through the network: what its client knows, and who works on it. */

import type { Opening } from "../protocol/jobs/commitment.ts";
import { type Job, jobId } from "../protocol/jobs/job.ts";
import type { Charge } from "../protocol/jobs/job-record.ts";
import type { Transaction } from "../protocol/transaction.ts";
import type { Kernel } from "../sim/kernel.ts";
import { Signal } from "../sim/signal.ts";
import type { Effort, NodeAccount } from "./accounts.ts";
import type { OutputRecord, Prompt } from "./output-provider.ts";
import type { Party } from "./party.ts";
import type { Coin } from "./wallet.ts";
import type { NodeGroup } from "./world-settings.ts";

/** A compute node, as its clients and the moderator deal with it. */
export interface WorkingNode {
  readonly name: string;
  readonly party: Party;
  readonly group: NodeGroup;
  readonly account: NodeAccount;
  /** The job's creation has reached this node. */
  onJob(run: JobRun): void;
  /** False if it has no free stake. */
  start(run: JobRun): boolean;
  stop(run: JobRun): void;
  /** The client has sent a payment, which will arrive. */
  expectPayment(run: JobRun): void;
  onCommitmentRejected(assignment: Assignment): void;
  /** The client charges this node with delivering nothing. */
  onNoOutputCharge(run: JobRun): void;
}

/** A client, as the nodes that work for it deal with it. */
export interface PayingClient {
  readonly party: Party;
  onAcceptance(run: JobRun, assignment: Assignment): void;
  onCommitment(run: JobRun, assignment: Assignment, testament: Transaction): void;
  onOutput(run: JobRun, assignment: Assignment, readable: boolean): void;
}

/** What one node does for one job. */
export interface Assignment {
  readonly node: WorkingNode;
  readonly startedAtUs: number;
  /** Set aside for the testament. */
  readonly coins: readonly Coin[];
  /** Known when the answer has come. */
  record: OutputRecord | undefined;
  opening: Opening | undefined;
  commitmentHash: string | undefined;
  state: "working" | "committed" | "stopped";
  /** What it took, once it has ended. */
  effort: Effort | undefined;
}

/** A charge from the moment at which a pool admits or rejects it. */
export interface DisputeRecord {
  readonly charge: Charge;
  /** Name of the accuser. */
  readonly by: string;
  readonly openedAtUs: number;
  end: "open" | "refused" | "dismissed" | "upheld";
  /** A rejection's code, a counter-proof, or the end of the window; null while it is open. */
  decidedBy: string | null;
  endedAtUs: number;
  /** Of the charge and its answers: messages sent, bytes over links, model work of those who tested the output again. */
  messages: number;
  bytes: number;
  readonly retests: Effort;
}

export class JobRun {
  readonly name: string;
  readonly job: Job;
  readonly id: string;
  readonly prompt: Prompt;
  readonly client: PayingClient;
  /** 32 bytes whose hash stands in the job; shown when the output is verified. */
  readonly nonce: Uint8Array;
  readonly coins: readonly Coin[];
  readonly funding: Transaction;
  readonly postedAtUs: number;
  readonly postedBytes: number;
  /** Everybody who has begun, in that order. */
  readonly workers = new Map<WorkingNode, Assignment>();
  /** In the client's pool, in the order of arrival; `committed` is fired by the first. */
  readonly commitments: Assignment[] = [];
  readonly committed: Signal<Assignment>;
  /** A readable output has reached the client. */
  readonly delivered: Signal<void>;
  /** The node whose acceptance came first, where acceptance is exclusive. */
  taker: WorkingNode | undefined;
  payment: { readonly assignment: Assignment; readonly atUs: number; readonly bytes: number } | undefined;
  #closedFromUs = Infinity;
  /** What the client found; undefined as long as it has not verified. */
  verified: boolean | undefined;
  /** Charges in the order in which they were brought. */
  readonly disputes: DisputeRecord[] = [];
  /** Why a stake of this job may be slashed: what was found by those who keep pools. */
  failedCheck: "verification" | "no-output" | "not-tested-again" | undefined;

  constructor(
    kernel: Kernel,
    posted: Omit<
      JobRun,
      | "id"
      | "workers"
      | "commitments"
      | "committed"
      | "delivered"
      | "taker"
      | "payment"
      | "closedFromUs"
      | "markClosed"
      | "verified"
      | "disputes"
      | "failedCheck"
    >,
  ) {
    this.name = posted.name;
    this.job = posted.job;
    this.id = jobId(posted.job);
    this.prompt = posted.prompt;
    this.client = posted.client;
    this.nonce = posted.nonce;
    this.coins = posted.coins;
    this.funding = posted.funding;
    this.postedAtUs = posted.postedAtUs;
    this.postedBytes = posted.postedBytes;
    this.committed = new Signal(kernel);
    this.delivered = new Signal(kernel);
  }

  /** From this time on every node knows that the job is paid, over or, where acceptance is exclusive, taken. */
  get closedFromUs(): number {
    return this.#closedFromUs;
  }

  markClosed(fromUs: number): void {
    this.#closedFromUs = Math.min(this.#closedFromUs, fromUs);
  }
}
