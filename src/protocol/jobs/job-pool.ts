/**
 * All jobs a full node knows (whitepaper 2.4): like a mempool, but for jobs. It follows the chain as `Follower` asks: a block
 * that holds a job's payment settles the job, one that holds its unpaid funding discards it, and a reorganisation takes
 * both back.
 *
 * No operation looks at any job but its own. Records of jobs that are over are kept: escrows and stakes are spent by their
 * rulings afterwards, and a job must not be played again.
 */
import type { Block } from "../chain/block.ts";
import type { Follower } from "../chain/chain.ts";
import { err, ok, type Result } from "../result.ts";
import type { Rulings } from "../spending-condition.ts";
import { noJob, type Transaction, transactionId } from "../transaction.ts";
import { advance } from "./job-life.ts";
import { type JobRecord, stakeAward } from "./job-record.ts";
import type { BlockContext, JobRules } from "./job-rules.ts";
import type { JobOperation } from "./operations.ts";

/** What it takes to undo one operation: the record before it, undefined if the job was unknown. */
export interface JobUndo {
  readonly jobId: string;
  readonly before: JobRecord | undefined;
}

export class JobPool implements Follower {
  readonly #protocol: JobRules;
  readonly #records = new Map<string, JobRecord>();
  /** What each connected block did, by height, for `disconnect`. */
  readonly #undoByHeight = new Map<number, readonly JobUndo[]>();
  readonly rulings: Rulings = {
    escrowAward: (jobId) => this.#records.get(jobId)?.ruling?.escrowTo,
    stakeAward: (jobId, node) => {
      const record = this.#records.get(jobId);
      return record && stakeAward(record, node);
    },
  };

  /** `records` is a state to start from, as vectors give it. */
  constructor(protocol: JobRules, records: Iterable<JobRecord> = []) {
    this.#protocol = protocol;
    for (const record of records) this.#records.set(record.jobId, record);
  }

  get size(): number {
    return this.#records.size;
  }

  get(jobId: string): JobRecord | undefined {
    return this.#records.get(jobId);
  }

  records(): IterableIterator<JobRecord> {
    return this.#records.values();
  }

  /** Changes one record, or nothing if refused. Undo records are applied in reverse order. */
  apply(operation: JobOperation, context: BlockContext): Result<JobUndo> {
    const { jobId } = operation;
    const before = this.#records.get(jobId);
    const after = advance(before, operation, context, this.#protocol);
    if (!after.ok) return after;
    this.#records.set(jobId, after.value);
    return ok({ jobId, before });
  }

  undo({ jobId, before }: JobUndo): void {
    if (before === undefined) this.#records.delete(jobId);
    else this.#records.set(jobId, before);
  }

  /**
   * Which transactions of a job may stand in a block: a testament once its node has committed; the payment when the job
   * may settle; the funding when the job may be discarded, which gives the miner its fee and the client its escrow back.
   *
   * Rejections: job-unknown, no-commitment, not-the-jobs (neither its payment nor its funding), and those of the
   * operation that the block would be.
   */
  admits(transaction: Transaction, heightBlocks: number, timestampMs: number): Result<undefined> {
    const { jobId } = transaction;
    if (jobId === noJob) return ok(undefined);
    const record = this.#records.get(jobId);
    if (record === undefined) return err("job-unknown", `no job ${jobId} is known`);
    const id = transactionId(transaction);
    if (record.commitments.some(({ testamentId }) => testamentId === id)) return ok(undefined);
    const operation = operationOf(record, id);
    if (operation === undefined)
      return err("not-the-jobs", `transaction ${id} is neither testament, payment nor funding of job ${jobId}`);
    const after = advance(record, operation, { nowMs: timestampMs, heightBlocks }, this.#protocol);
    return after.ok ? ok(undefined) : after;
  }

  connect(block: Block, heightBlocks: number): void {
    const context = { nowMs: block.header.timestampMs, heightBlocks };
    const undone: JobUndo[] = [];
    for (const transaction of block.transactions) {
      const record = this.#records.get(transaction.jobId);
      const operation = record && operationOf(record, transactionId(transaction));
      if (operation === undefined) continue;
      const applied = this.apply(operation, context);
      if (!applied.ok)
        throw new Error(`connected a block that ${applied.rejection.code} forbids; ask \`admits\` first`);
      undone.push(applied.value);
    }
    this.#undoByHeight.set(heightBlocks, undone);
  }

  disconnect(_: Block, heightBlocks: number): void {
    for (const undo of this.#undoByHeight.get(heightBlocks)!.toReversed()) this.undo(undo);
    this.#undoByHeight.delete(heightBlocks);
  }
}

/** What a block does to a job by holding this transaction; undefined if nothing. */
function operationOf({ jobId, payment, fundingId }: JobRecord, id: string): JobOperation | undefined {
  if (payment?.transactionId === id) return { type: "settle", jobId };
  return payment === null && fundingId === id ? { type: "discard", jobId } : undefined;
}
