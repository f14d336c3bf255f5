/**
 * The unspent outputs: all money there is (whitepaper 2.3). Transactions are applied in place and undone in reverse order;
 * what an application spent is handed back as its undo record, so that no state is ever copied.
 */
import { err, ok, type Result } from "./result.ts";
import { type Rulings, spender } from "./spending-condition.ts";
import {
  firstUnsignedInput,
  isCoinbase,
  type Outpoint,
  type Output,
  outpointKey,
  type Transaction,
  transactionId,
  unlockings,
} from "./transaction.ts";

export interface UnspentOutput {
  readonly output: Output;
  /** Height of the block that created it. */
  readonly heightBlocks: number;
  readonly fromCoinbase: boolean;
}

/** Anything that knows unspent outputs: the chain's, or the chain's with a pool's on top. */
export interface OutputView {
  get(point: Outpoint): UnspentOutput | undefined;
}

/** Where a transaction would stand. */
export interface SpendContext {
  readonly heightBlocks: number;
  readonly rulings: Rulings;
  /** Blocks that a coinbase's outputs must wait before they can be spent. */
  readonly coinbaseMaturityBlocks: number;
}

/**
 * Whether a transaction (no coinbase; `checkTransaction` passed) may spend what it spends; its fee in units if so.
 * Signatures come last: they cost more than everything else together.
 */
export function checkSpending(transaction: Transaction, view: OutputView, context: SpendContext): Result<number> {
  if (transaction.lockTime >= context.heightBlocks)
    return err("locked", `locked up to height ${transaction.lockTime}, this is ${context.heightBlocks}`);
  let inUnits = 0;
  for (const [i, input] of transaction.inputs.entries()) {
    const unspent = view.get(input);
    if (unspent === undefined) return err("missing-output", `input ${i} spends an output that is spent or never was`);
    const age = context.heightBlocks - unspent.heightBlocks;
    if (unspent.fromCoinbase && age < context.coinbaseMaturityBlocks)
      return err(
        "immature-coinbase",
        `input ${i} spends a coinbase ${age} blocks old, not yet ${context.coinbaseMaturityBlocks}`,
      );
    const owner = spender(unspent.output.scriptPubKey, context.rulings);
    if (!owner.ok) return owner;
    const unlocking = unlockings(transaction)[i];
    if (unlocking === undefined) return err("malformed-script", `input ${i} is not unlocked by a key and a signature`);
    if (unlocking.keyHash !== owner.value)
      return err("wrong-key", `input ${i} is signed by ${unlocking.keyHash}, the output belongs to ${owner.value}`);
    inUnits += unspent.output.value;
  }
  const outUnits = transaction.outputs.reduce((sum, output) => sum + output.value, 0);
  if (outUnits > inUnits) return err("overspent", `outputs worth ${outUnits} units from inputs worth ${inUnits}`);
  const unsigned = firstUnsignedInput(transaction);
  if (unsigned >= 0) return err("bad-signature", `the signature of input ${unsigned} does not hold`);
  return ok(inUnits - outUnits);
}

/** What one applied transaction spent, in the order of its inputs. */
export type Spent = readonly UnspentOutput[];

export class UnspentOutputs implements OutputView {
  readonly #outputs: Map<string, UnspentOutput>;

  /** `entries` as `entries()` gives them; none to begin with. */
  constructor(entries: Iterable<readonly [string, UnspentOutput]> = []) {
    this.#outputs = new Map(entries);
  }

  get(point: Outpoint): UnspentOutput | undefined {
    return this.#outputs.get(outpointKey(point));
  }

  /** Every unspent output with its outpoint key, in no meaningful order. */
  entries(): IterableIterator<[string, UnspentOutput]> {
    return this.#outputs.entries();
  }

  /** Spends the inputs and adds the outputs of a transaction that has been checked (a coinbase spends nothing). */
  apply(transaction: Transaction, heightBlocks: number): Spent {
    const spendsNothing = isCoinbase(transaction);
    // The genesis block's outputs need not mature: no reorganisation can void them.
    const fromCoinbase = spendsNothing && heightBlocks > 0;
    const spent: UnspentOutput[] = [];
    if (!spendsNothing) {
      for (const input of transaction.inputs) {
        const key = outpointKey(input);
        spent.push(this.#outputs.get(key)!);
        this.#outputs.delete(key);
      }
    }
    const id = transactionId(transaction);
    for (const [outputIndex, output] of transaction.outputs.entries())
      this.#outputs.set(outpointKey({ transactionId: id, outputIndex }), { output, heightBlocks, fromCoinbase });
    return spent;
  }

  /** Takes back the last application that is not yet undone. */
  undo(transaction: Transaction, spent: Spent): void {
    const id = transactionId(transaction);
    for (const outputIndex of transaction.outputs.keys())
      this.#outputs.delete(outpointKey({ transactionId: id, outputIndex }));
    for (const [i, output] of spent.entries()) this.#outputs.set(outpointKey(transaction.inputs[i]!), output);
  }
}
