/**
 * The chain of blocks with the most work (whitepaper 2.3), and the money as it stands at its tip.
 *
 * Blocks of other branches are kept. When one of them gets more work, the blocks above the fork are undone in reverse
 * order and the other branch's are applied; whatever else follows the chain (jobs, rulings) is undone and applied with
 * them. States change in place: an undo record is kept per block, no state is copied.
 */

import { err, ok, type Rejection, type Result } from "../result.ts";
import { type Condition, noRulings, type Rulings } from "../spending-condition.ts";
import { checkTransaction, type Transaction, transactionBytes } from "../transaction.ts";
import { checkSpending, type SpendContext, type Spent, UnspentOutputs } from "../unspent-outputs.ts";
import { type Block, blockBytes, checkBlock, coinbase, headerHash, transactionsHash } from "./block.ts";
import type { ChainParameters } from "./chain-parameters.ts";
import { easiestTarget, retarget, type WorkCheck, workHolds, workOf } from "./proof-of-work.ts";
import { rewardUnits } from "./reward.ts";

/** State that moves with the chain, block by block. `disconnect` must take back exactly what `connect` did. */
export interface Follower {
  /** Rulings as of the tip: a block's own rulings can be used from the next block on. */
  readonly rulings: Rulings;
  /** Whether a transaction may stand in the block after the tip, as far as this state is concerned. */
  admits(transaction: Transaction, heightBlocks: number, timestampMs: number): Result<undefined>;
  connect(block: Block, heightBlocks: number): void;
  disconnect(block: Block, heightBlocks: number): void;
}

const noFollower: Follower = {
  rulings: noRulings,
  admits: () => ok(undefined),
  connect() {},
  disconnect() {},
};

/** A block in its place. */
export interface Link {
  readonly block: Block;
  readonly hash: string;
  readonly heightBlocks: number;
  /** What the block's own hash had to reach. */
  readonly target: bigint;
  /** Expected hashes of this block and all before it. */
  readonly work: bigint;
  readonly parent: Link | undefined;
}

/** What a new block did to the chain; both lists from the lowest block up, both empty for a block beside the chain. */
export interface Change {
  readonly undone: readonly Block[];
  readonly done: readonly Block[];
}

export interface ChainOptions {
  readonly follower?: Follower;
  readonly workCheck?: WorkCheck;
}

export class Chain {
  readonly outputs = new UnspentOutputs();
  readonly #parameters: ChainParameters;
  readonly #follower: Follower;
  readonly #workCheck: WorkCheck;
  /** Every block known, of all branches. */
  readonly #links = new Map<string, Link>();
  /** The chain itself, by height. */
  readonly #main: Link[] = [];
  /** What each block of the chain spent, by height and transaction. */
  readonly #spent: Spent[][] = [];
  /** Why a block that was once tried cannot stand. */
  readonly #unfit = new Map<Link, Rejection>();

  constructor(genesis: Block, parameters: ChainParameters, options: ChainOptions = {}) {
    this.#parameters = parameters;
    this.#follower = options.follower ?? noFollower;
    this.#workCheck = options.workCheck ?? workHolds;
    const form = checkBlock(genesis);
    if (!form.ok) throw new RangeError(`genesis block: ${form.rejection.message}`);
    const target = easiestTarget(parameters);
    const link: Link = {
      block: genesis,
      hash: headerHash(genesis.header),
      heightBlocks: 0,
      target,
      work: workOf(target),
      parent: undefined,
    };
    this.#links.set(link.hash, link);
    this.#main.push(link);
    this.#spent.push(genesis.transactions.map((transaction) => this.outputs.apply(transaction, 0)));
    this.#follower.connect(genesis, 0);
  }

  get tip(): Link {
    return this.#main.at(-1)!;
  }

  /** The chain's block at a height. */
  at(heightBlocks: number): Link | undefined {
    return this.#main[heightBlocks];
  }

  /** A block of any branch. */
  link(hash: string): Link | undefined {
    return this.#links.get(hash);
  }

  /** Where a transaction of the next block would stand. */
  spendContext(): SpendContext {
    return {
      heightBlocks: this.tip.heightBlocks + 1,
      rulings: this.#follower.rulings,
      coinbaseMaturityBlocks: this.#parameters.coinbaseMaturityBlocks,
    };
  }

  /** What the hash of a block after `parent` must reach. */
  targetAfter(parent: Link): bigint {
    const interval = this.#parameters.retargetIntervalBlocks;
    if (parent.heightBlocks === 0 || parent.heightBlocks % interval !== 0) return parent.target;
    let first = parent;
    for (let steps = 0; steps < interval; steps++) first = first.parent!;
    const actualMs = parent.block.header.timestampMs - first.block.header.timestampMs;
    return retarget(parent.target, actualMs, this.#parameters);
  }

  /** A block after `parent` must be later than this: the median time of the blocks up to `parent`. */
  medianTimeMs(parent: Link): number {
    const times: number[] = [];
    for (
      let link: Link | undefined = parent;
      link && times.length < this.#parameters.medianTimeBlocks;
      link = link.parent
    )
      times.push(link.block.header.timestampMs);
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length / 2)]!;
  }

  /**
   * Takes a block in. `nowMs` is the clock of who receives it; a block refused as too far ahead may be offered again later.
   * A rejection leaves chain, money and follower as they were.
   */
  add(block: Block, nowMs: number): Result<Change> {
    const hash = headerHash(block.header);
    const known = this.#links.get(hash);
    if (known !== undefined) return err("known-block", `block ${hash} is known`);
    const parent = this.#links.get(block.header.previousHash);
    if (parent === undefined) return err("unknown-parent", `no block ${block.header.previousHash} is known`);
    const target = this.targetAfter(parent);
    const fit = this.#checkAlone(block, parent, target, nowMs);
    if (!fit.ok) return fit;

    const heightBlocks = parent.heightBlocks + 1;
    const link: Link = { block, hash, heightBlocks, target, work: parent.work + workOf(target), parent };
    this.#links.set(hash, link);
    return link.work > this.tip.work ? this.#switchTo(link) : ok({ undone: [], done: [] });
  }

  /** What can be said of a block without the money at its place. */
  #checkAlone(block: Block, parent: Link, target: bigint, nowMs: number): Result<undefined> {
    const { header } = block;
    if (!this.#workCheck(header, target)) return err("too-little-work", "the header's hash is above the target");
    const median = this.medianTimeMs(parent);
    if (header.timestampMs <= median)
      return err("time-too-early", `time ${header.timestampMs}, must be after the median ${median}`);
    const latest = nowMs + this.#parameters.maxFutureMs;
    if (header.timestampMs > latest) return err("time-too-late", `time ${header.timestampMs}, latest is ${latest}`);
    const bytes = blockBytes(block.transactions);
    if (bytes > this.#parameters.maxBlockBytes)
      return err("block-too-large", `${bytes} bytes, at most ${this.#parameters.maxBlockBytes}`);
    return checkBlock(block);
  }

  /** Makes `link` the tip. If a block on the way does not fit, the chain that was is put back. */
  #switchTo(link: Link): Result<Change> {
    const branch: Link[] = [];
    let fork = link;
    for (; this.#main[fork.heightBlocks] !== fork; fork = fork.parent!) {
      const rejection = this.#unfit.get(fork);
      if (rejection !== undefined) return { ok: false, rejection };
      branch.unshift(fork);
    }
    const former = this.#main.slice(fork.heightBlocks + 1);

    for (const _ of former) this.#disconnectTip();
    for (const [i, next] of branch.entries()) {
      const connected = this.#connect(next);
      if (connected.ok) continue;
      this.#unfit.set(next, connected.rejection);
      for (const _ of branch.slice(0, i)) this.#disconnectTip();
      for (const back of former) if (!this.#connect(back).ok) throw new Error(`block ${back.hash} stood before`);
      return connected;
    }
    return ok({ undone: former.map(({ block }) => block), done: branch.map(({ block }) => block) });
  }

  /** Applies a block on the tip; nothing is changed if it is refused. */
  #connect(link: Link): Result<undefined> {
    const { block, heightBlocks } = link;
    const [first, ...others] = block.transactions as [Transaction, ...Transaction[]];
    const context = this.spendContext();
    const spent: Spent[] = [];
    const giveUp = (code: string, message: string) => {
      this.#undo(others.slice(0, spent.length), spent);
      return err(code, `block ${link.hash}: ${message}`);
    };

    let feesUnits = 0;
    for (const [i, transaction] of others.entries()) {
      const fee = this.#checkInBlock(transaction, context, block.header.timestampMs);
      if (!fee.ok) return giveUp(fee.rejection.code, `transaction ${i + 1}: ${fee.rejection.message}`);
      feesUnits += fee.value;
      spent.push(this.outputs.apply(transaction, heightBlocks));
    }
    const { sequence } = first.inputs[0]!;
    if (sequence !== heightBlocks)
      return giveUp("coinbase-height", `coinbase of height ${sequence} at ${heightBlocks}`);
    const due = rewardUnits(heightBlocks, this.#parameters) + feesUnits;
    const paid = first.outputs.reduce((sum, output) => sum + output.value, 0);
    if (paid !== due) return giveUp("coinbase-value", `the coinbase pays ${paid} units, reward and fees are ${due}`);

    spent.unshift(this.outputs.apply(first, heightBlocks));
    this.#spent.push(spent);
    this.#main.push(link);
    this.#follower.connect(block, heightBlocks);
    return ok(undefined);
  }

  #disconnectTip(): void {
    const { block, heightBlocks } = this.#main.pop()!;
    this.#follower.disconnect(block, heightBlocks);
    this.#undo(block.transactions, this.#spent.pop()!);
  }

  #undo(transactions: readonly Transaction[], spent: readonly Spent[]): void {
    for (let i = transactions.length - 1; i >= 0; i--) this.outputs.undo(transactions[i]!, spent[i]!);
  }

  #checkInBlock(transaction: Transaction, context: SpendContext, timestampMs: number): Result<number> {
    const fee = checkSpending(transaction, this.outputs, context);
    if (!fee.ok) return fee;
    const admitted = this.#follower.admits(transaction, context.heightBlocks, timestampMs);
    return admitted.ok ? fee : admitted;
  }

  /**
   * A block for the tip that pays `miner`, holding those candidates that fit, in their order; its nonce is still to be
   * mined. `data` (hexadecimal) makes one miner's attempts differ.
   */
  assemble(miner: Condition, candidates: Iterable<Transaction>, timestampMs: number, data = ""): Block {
    const context = this.spendContext();
    const { heightBlocks } = context;
    const withCoinbase = (others: readonly Transaction[], feesUnits: number) => {
      const value = rewardUnits(heightBlocks, this.#parameters) + feesUnits;
      const outputs = value === 0 ? [] : [{ value, scriptPubKey: miner }];
      return [coinbase(heightBlocks, outputs, data), ...others];
    };

    const chosen: Transaction[] = [];
    const spent: Spent[] = [];
    let feesUnits = 0;
    // Room for the coinbase with its one output, and for the longest form of the count.
    let bytes = blockBytes(withCoinbase([], 1)) + 8;
    for (const transaction of candidates) {
      if (!checkTransaction(transaction).ok) continue;
      if (bytes + transactionBytes(transaction) > this.#parameters.maxBlockBytes) continue;
      const fee = this.#checkInBlock(transaction, context, timestampMs);
      if (!fee.ok) continue;
      bytes += transactionBytes(transaction);
      feesUnits += fee.value;
      chosen.push(transaction);
      spent.push(this.outputs.apply(transaction, heightBlocks));
    }
    this.#undo(chosen, spent);

    const transactions = withCoinbase(chosen, feesUnits);
    const header = {
      timestampMs,
      previousHash: this.tip.hash,
      transactionsHash: transactionsHash(transactions),
      nonce: 0,
    };
    return { header, transactions };
  }
}
