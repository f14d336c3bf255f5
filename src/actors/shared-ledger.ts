/**
 * One chain, one transaction pool and one job pool for all nodes of a simulation, in place of a copy for each.
 *
 * The shortcut: what honest full nodes agree on is worked out once, by the protocol's own state machines, with real transactions whose
 * signatures are verified once and remembered. An operation on a job takes effect when it reaches the job's client, who acts
 * on it first; everybody else learns of things when floods arrive (gossip-latency.ts), and a miner builds on the blocks that have
 * reached it. test/actors/full-nodes.test.ts replays runs on nodes that hold everything themselves and compares.
 */
import {
  type Block,
  blockBytes,
  coinbase,
  genesisBlock,
  headerHash,
  transactionsHash,
} from "../protocol/chain/block.ts";
import { Chain, type Change, type Link } from "../protocol/chain/chain.ts";
import { workAssumed } from "../protocol/chain/proof-of-work.ts";
import { rewardUnits } from "../protocol/chain/reward.ts";
import { JobPool } from "../protocol/jobs/job-pool.ts";
import type { JobRecord } from "../protocol/jobs/job-record.ts";
import type { BlockContext, JobRules } from "../protocol/jobs/job-rules.ts";
import type { JobOperation } from "../protocol/jobs/operations.ts";
import { ok, type Result } from "../protocol/result.ts";
import type { Condition } from "../protocol/spending-condition.ts";
import {
  noJob,
  type Outpoint,
  type Output,
  outpointKey,
  type Transaction,
  transactionId,
  unlockings,
} from "../protocol/transaction.ts";
import { TransactionPool } from "../protocol/transaction-pool.ts";
import type { Kernel } from "../sim/kernel.ts";
import type { NodeId } from "../sim/network/message.ts";
import type { CountedCoin, Lock, Wallet } from "./wallet.ts";

/** Virtual time 0 as the protocol's clock: 1 January 2026. */
const epochMs = 1_767_225_600_000;

/** Whether a transaction that was flooded at a time has come to somebody by now. */
export type HasReceived = (from: NodeId, transaction: Transaction, atUs: number) => boolean;

export class SharedLedger {
  readonly jobs: JobPool;
  readonly chain: Chain;
  readonly genesis: Block;
  readonly protocol: JobRules;
  blocksFound = 0;
  blocksRejected = 0;
  #transactions: TransactionPool;
  readonly #kernel: Kernel;
  readonly #wallets = new Map<string, Wallet>();
  /** Escrows and stakes in blocks whose jobs are open, by job. */
  readonly #locks = new Map<string, Lock[]>();
  /** Jobs voided since the last block, whose waiting transactions can stand in no block. */
  readonly #voided: string[] = [];
  /** Who flooded what when, by transaction. */
  readonly #submitted = new WeakMap<Transaction, { readonly from: NodeId; readonly atUs: number }>();

  constructor(kernel: Kernel, protocol: JobRules, wallets: readonly Wallet[], allocations: readonly Output[]) {
    this.#kernel = kernel;
    this.protocol = protocol;
    this.jobs = new JobPool(protocol);
    this.genesis = genesisBlock(epochMs, allocations);
    this.chain = new Chain(this.genesis, protocol.parameters, { follower: this.jobs, workCheck: workAssumed });
    this.#transactions = this.#newPool();
    for (const wallet of wallets) this.#wallets.set(wallet.keyHash, wallet);
    this.#credit(this.genesis);
  }

  get genesisLink(): Link {
    return this.chain.at(0)!;
  }

  /** All blocks of the chain but the genesis. */
  chainBytes(): number {
    let bytes = 0;
    for (let height = 1; height <= this.chain.tip.heightBlocks; height++)
      bytes += blockBytes(this.chain.at(height)!.block.transactions);
    return bytes;
  }

  get nowMs(): number {
    return epochMs + Math.floor(this.#kernel.nowUs / 1000);
  }

  blockContext(): BlockContext {
    return { nowMs: this.nowMs, heightBlocks: this.chain.tip.heightBlocks };
  }

  /** What happened to a job, at the present moment; the record it led to. */
  apply(operation: JobOperation): Result<JobRecord> {
    const applied = this.jobs.apply(operation, this.blockContext());
    if (!applied.ok) return applied;
    const record = this.jobs.get(operation.jobId)!;
    if (record.stage === "voided") this.#voided.push(record.jobId);
    return ok(record);
  }

  /** Whether all that a transaction spends stands in a block: a reorganisation may have undone it. */
  isFunded(transaction: Transaction): boolean {
    return transaction.inputs.every((input) => this.chain.outputs.get(input) !== undefined);
  }

  /** Takes a transaction that somebody floods now into the pool for the next blocks. */
  submit(transaction: Transaction, from: NodeId): Result<unknown> {
    this.#submitted.set(transaction, { from, atUs: this.#kernel.nowUs });
    return this.#transactions.add(transaction, this.chain.spendContext());
  }

  /**
   * The block that a miner finds now on `parent`, the best block it knows, of transactions that have reached it. On an outdated parent it
   * holds what the chain's own block there holds: the miner had the same transactions waiting. Where not all of them had reached it, it
   * holds none, like further blocks of a branch.
   */
  assemble(parent: Link, miner: Condition, data: string, hasReceived: HasReceived = () => true): Block {
    const timestampMs = Math.max(this.nowMs, this.chain.medianTimeMs(parent) + 1);
    const minerHasReceived = (transaction: Transaction) => {
      const submitted = this.#submitted.get(transaction);
      return submitted === undefined || hasReceived(submitted.from, transaction, submitted.atUs);
    };
    if (parent === this.chain.tip) {
      this.#dropVoided();
      const waiting = [...this.#transactions.transactions()]
        .map(({ transaction }) => transaction)
        .filter(minerHasReceived);
      return this.chain.assemble(miner, waiting, timestampMs, data);
    }
    const heightBlocks = parent.heightBlocks + 1;
    const rival = this.chain.at(heightBlocks);
    const isKnown = rival?.parent === parent && rival.block.transactions.slice(1).every(minerHasReceived);
    const model = isKnown ? rival.block : this.#emptyBlock(heightBlocks);
    const [first, ...others] = model.transactions;
    const outputs = first!.outputs.map(({ value }) => ({ value, scriptPubKey: miner }));
    const transactions = [coinbase(heightBlocks, outputs, data), ...others];
    const header = {
      timestampMs,
      previousHash: parent.hash,
      transactionsHash: transactionsHash(transactions),
      nonce: 0,
    };
    return { header, transactions };
  }

  /** A block was found; its place, or undefined if it cannot stand. */
  take(block: Block): { readonly link: Link; readonly change: Change; readonly bytes: number } | undefined {
    const added = this.chain.add(block, this.nowMs);
    this.blocksFound++;
    if (!added.ok) {
      this.blocksRejected++;
      return undefined;
    }
    this.#follow(added.value);
    return {
      link: this.chain.link(headerHash(block.header))!,
      change: added.value,
      bytes: blockBytes(block.transactions),
    };
  }

  #follow({ undone, done }: Change): void {
    const transactionsOf = (blocks: readonly Block[]) => blocks.flatMap(({ transactions }) => transactions.slice(1));
    this.#transactions.follow(transactionsOf(undone), transactionsOf(done), this.chain.spendContext());
    if (undone.length > 0) this.#recount();
    else for (const block of done) this.#credit(block);
    for (const { transactions } of done) for (const { jobId } of transactions) if (jobId !== noJob) this.#award(jobId);
  }

  /** Coins and locks that a block on the tip brings and takes. */
  #credit(block: Block): void {
    for (const transaction of block.transactions) {
      const id = transactionId(transaction);
      for (const [i, input] of transaction.inputs.entries())
        this.#wallets.get(unlockings(transaction)[i]?.keyHash ?? "")?.spent(input);
      for (const [outputIndex, output] of transaction.outputs.entries())
        this.#creditOutput({ transactionId: id, outputIndex }, output);
    }
  }

  #creditOutput(point: Lock["coin"]["point"], { value, scriptPubKey }: Output): void {
    if (scriptPubKey.kind === "address") this.#wallets.get(scriptPubKey.keyHash)?.receive(point, value);
    else {
      const locks = this.#locks.get(scriptPubKey.jobId) ?? [];
      locks.push({ coin: { point, units: value }, condition: scriptPubKey });
      this.#locks.set(scriptPubKey.jobId, locks);
    }
  }

  /** Locks of a job that is over go to whom its ruling awards them. */
  #award(jobId: string): void {
    const { rulings } = this.jobs;
    const locks = this.#locks.get(jobId);
    if (locks === undefined || this.jobs.get(jobId)?.ruling == null) return;
    this.#locks.delete(jobId);
    for (const lock of locks) {
      const { condition } = lock;
      const owner =
        condition.kind === "escrow" ? rulings.escrowAward(jobId) : rulings.stakeAward(jobId, condition.node);
      this.#wallets.get(owner ?? "")?.redeemable.push(lock);
    }
  }

  /** Everybody's coins and locks anew from the chain: after a reorganisation. */
  #recount(): void {
    const waiting = new Set<string>();
    for (const { transaction } of this.#transactions.transactions())
      for (const input of transaction.inputs) waiting.add(outpointKey(input));
    const underWay = (point: Outpoint) => waiting.has(outpointKey(point));
    const coins = new Map([...this.#wallets.keys()].map((keyHash) => [keyHash, [] as CountedCoin[]]));
    const locks: [Outpoint, Output][] = [];
    for (const [key, { output }] of this.chain.outputs.entries()) {
      const point = pointOf(key);
      const { value: units, scriptPubKey: owner } = output;
      if (owner.kind === "address") coins.get(owner.keyHash)?.push({ point, units, underWay: underWay(point) });
      else if (!underWay(point)) locks.push([point, output]);
    }
    for (const [keyHash, wallet] of this.#wallets) wallet.recount(coins.get(keyHash)!);
    this.#locks.clear();
    for (const [point, output] of locks) this.#creditOutput(point, output);
    for (const jobId of [...this.#locks.keys()]) this.#award(jobId);
  }

  /** A voided job's funding and payment can stand in no block: miners drop them, and their coins are the client's again. */
  #dropVoided(): void {
    if (this.#voided.length === 0) return;
    const voidedIds = new Set<string>();
    for (const jobId of this.#voided.splice(0)) {
      const record = this.jobs.get(jobId)!;
      voidedIds.add(record.fundingId);
      if (record.payment !== null) voidedIds.add(record.payment.transactionId);
      this.#award(jobId);
    }
    const before = [...this.#transactions.transactions()].map(({ transaction }) => transaction);
    this.#transactions = this.#newPool();
    for (const transaction of before) {
      if (!voidedIds.has(transactionId(transaction))) this.#transactions.add(transaction, this.chain.spendContext());
      else
        for (const [i, input] of transaction.inputs.entries())
          this.#wallets.get(unlockings(transaction)[i]!.keyHash)?.release(input);
    }
  }

  #newPool(): TransactionPool {
    return new TransactionPool(this.chain.outputs, this.protocol.parameters);
  }

  #emptyBlock(heightBlocks: number): Pick<Block, "transactions"> {
    const value = rewardUnits(heightBlocks, this.protocol.parameters);
    return { transactions: [coinbase(heightBlocks, [{ value, scriptPubKey: { kind: "address", keyHash: "" } }])] };
  }
}

function pointOf(key: string): Outpoint {
  const [transactionId, outputIndex] = key.split(":") as [string, string];
  return { transactionId, outputIndex: Number(outputIndex) };
}
