/**
 * Transactions waiting for a block (whitepaper 2.4, steps 1 and 4): how the client's updated payment takes the place of its
 * first. A transaction replaces those that spend an output it spends too, if its `sequence` is higher than theirs on
 * every such output; with an equal or lower one it is refused, so whoever signs last with the higher number decides.
 * Money may be spent again before it is in a block; what hangs on a transaction falls with it.
 *
 * Admission looks at the transaction and its neighbours only, never at the whole pool.
 */
import { err, ok, type Result } from "./result.ts";
import {
  checkTransaction,
  isCoinbase,
  type Outpoint,
  outpointKey,
  type Transaction,
  transactionId,
} from "./transaction.ts";
import { checkSpending, type OutputView, type SpendContext, type UnspentOutput } from "./unspent-outputs.ts";

/** What a pool takes in. Blocks may hold transactions below these limits: the sources set none. */
export interface PoolPolicy {
  readonly minFeeUnits: number;
  /** Outputs worth less than this are dust. */
  readonly minOutputUnits: number;
}

export interface Waiting {
  readonly id: string;
  readonly transaction: Transaction;
  readonly feeUnits: number;
}

export class TransactionPool {
  readonly #chain: OutputView;
  readonly #policy: PoolPolicy;
  /** By id, in order of arrival: what a transaction spends stands before it. */
  readonly #waiting = new Map<string, Waiting>();
  /** Which waiting transaction spends an output, by outpoint key. */
  readonly #spenders = new Map<string, Waiting>();

  /** `chain` is read at every admission; it must be the state that `Standing` describes. */
  constructor(chain: OutputView, policy: PoolPolicy) {
    this.#chain = chain;
    this.#policy = policy;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get(id: string): Waiting | undefined {
    return this.#waiting.get(id);
  }

  /** The waiting transaction that spends an output, if any. */
  spenderOf(point: Outpoint): Waiting | undefined {
    return this.#spenders.get(outpointKey(point));
  }

  /** All that wait, in an order in which a block can hold them. */
  transactions(): IterableIterator<Waiting> {
    return this.#waiting.values();
  }

  /** Takes a transaction in for the next block, whose standing is given; answers with those it threw out. */
  add(transaction: Transaction, context: SpendContext): Result<readonly Waiting[]> {
    const id = transactionId(transaction);
    if (this.#waiting.has(id)) return err("known-transaction", `transaction ${id} is waiting already`);
    const form = checkTransaction(transaction);
    if (!form.ok) return form;
    if (isCoinbase(transaction)) return err("lone-coinbase", "a coinbase exists only in its block");
    const dust = transaction.outputs.findIndex((output) => output.value < this.#policy.minOutputUnits);
    if (dust >= 0) return err("dust", `output ${dust} is worth less than ${this.#policy.minOutputUnits} units`);

    const rivals = new Set<Waiting>();
    for (const [i, input] of transaction.inputs.entries()) {
      const rival = this.#spenders.get(outpointKey(input));
      if (rival === undefined) continue;
      const theirs = rival.transaction.inputs.find((other) => outpointKey(other) === outpointKey(input))!.sequence;
      if (input.sequence <= theirs)
        return err("sequence-not-higher", `input ${i} has sequence ${input.sequence}, ${rival.id} has ${theirs}`);
      rivals.add(rival);
    }
    const falling = this.#withDependents(rivals);

    const fee = checkSpending(transaction, this.#viewWithout(falling, context.heightBlocks), context);
    if (!fee.ok) return fee;
    if (fee.value < this.#policy.minFeeUnits)
      return err("fee-too-low", `a fee of ${fee.value} units, at least ${this.#policy.minFeeUnits}`);

    for (const rival of falling) this.#remove(rival);
    const waiting = { id, transaction, feeUnits: fee.value };
    this.#waiting.set(id, waiting);
    for (const input of transaction.inputs) this.#spenders.set(outpointKey(input), waiting);
    return ok([...falling]);
  }

  /**
   * Drops a transaction that no block will ever hold, with what hangs on it: the payment of a job that was ruled void, which
   * would keep its client's coins waiting with it. Answers with those dropped; none for an unknown id.
   */
  drop(id: string): readonly Waiting[] {
    const waiting = this.#waiting.get(id);
    const falling = waiting === undefined ? [] : [...this.#withDependents(new Set([waiting]))];
    for (const each of falling) this.#remove(each);
    return falling;
  }

  /**
   * Follows the chain to a new tip, after it changed: `undone` and `done` are the transactions of the blocks taken back
   * and put on, each from the lowest block up. What the new blocks hold or contradict leaves; what they no longer hold comes back.
   */
  follow(undone: readonly Transaction[], done: readonly Transaction[], context: SpendContext): void {
    for (const transaction of done) this.#leave(transaction);
    if (undone.length === 0) return;
    const before = [...this.#waiting.values()].map((waiting) => waiting.transaction);
    this.#waiting.clear();
    this.#spenders.clear();
    for (const transaction of [...undone, ...before]) this.add(transaction, context);
  }

  /** A transaction is in a block now: it no longer waits, and neither does what spends the same outputs otherwise. */
  #leave(transaction: Transaction): void {
    const same = this.#waiting.get(transactionId(transaction));
    if (same !== undefined) {
      this.#remove(same);
      return;
    }
    const rivals = new Set<Waiting>();
    for (const input of transaction.inputs) {
      const rival = this.#spenders.get(outpointKey(input));
      if (rival !== undefined) rivals.add(rival);
    }
    for (const rival of this.#withDependents(rivals)) this.#remove(rival);
  }

  #remove({ id, transaction }: Waiting): void {
    this.#waiting.delete(id);
    for (const input of transaction.inputs) this.#spenders.delete(outpointKey(input));
  }

  /** These transactions and all that spend their outputs, directly or not. */
  #withDependents(roots: ReadonlySet<Waiting>): ReadonlySet<Waiting> {
    const found = new Set(roots);
    for (const { id, transaction } of found) {
      for (const outputIndex of transaction.outputs.keys()) {
        const spender = this.#spenders.get(outpointKey({ transactionId: id, outputIndex }));
        if (spender !== undefined) found.add(spender);
      }
    }
    return found;
  }

  /** The chain's outputs with those of the waiting transactions, as if `falling` were gone. */
  #viewWithout(falling: ReadonlySet<Waiting>, heightBlocks: number): OutputView {
    return {
      get: (point: Outpoint): UnspentOutput | undefined => {
        const creator = this.#waiting.get(point.transactionId);
        if (creator === undefined) return this.#chain.get(point);
        const output = falling.has(creator) ? undefined : creator.transaction.outputs[point.outputIndex];
        return output && { output, heightBlocks, fromCoinbase: false };
      },
    };
  }
}
