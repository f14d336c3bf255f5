/**
 * One party's keys and coins. Only outputs that stand in a block are spent; a coin in a transaction under way is set aside until a
 * block holds that transaction or makes it void.
 */
import { keyHash, publicKeyOf } from "../protocol/keys.ts";
import type { Condition } from "../protocol/spending-condition.ts";
import {
  finalSequence,
  type Input,
  noJob,
  type Outpoint,
  type Output,
  outpointKey,
  signTransaction,
  type Transaction,
  transactionVersion,
} from "../protocol/transaction.ts";

export interface Coin {
  readonly point: Outpoint;
  readonly units: number;
}

export interface CountedCoin extends Coin {
  /** A waiting transaction spends it already. */
  readonly underWay: boolean;
}

/** An escrow or stake in a block, which its owner may redeem once a ruling awards it. */
export interface Lock {
  readonly coin: Coin;
  readonly condition: Exclude<Condition, { kind: "address" }>;
}

export class Wallet {
  readonly secretKey: string;
  readonly publicKey: string;
  readonly keyHash: string;
  readonly condition: Condition;
  /** Locks that rulings have awarded to us. */
  redeemable: Lock[] = [];
  readonly #coins = new Map<string, Coin>();
  readonly #aside = new Map<string, Coin>();
  readonly #minOutputUnits: number;
  #units = 0;

  constructor(secretKey: string, minOutputUnits: number) {
    this.secretKey = secretKey;
    this.publicKey = publicKeyOf(secretKey);
    this.keyHash = keyHash(this.publicKey);
    this.condition = { kind: "address", keyHash: this.keyHash };
    this.#minOutputUnits = minOutputUnits;
  }

  /** What can be spent now. */
  get units(): number {
    return this.#units;
  }

  /** A block holds this output of ours; `underWay` if a waiting transaction spends it already. */
  receive(point: Outpoint, units: number, underWay = false): void {
    (underWay ? this.#aside : this.#coins).set(outpointKey(point), { point, units });
    if (!underWay) this.#units += units;
  }

  /** A block holds the transaction that this coin was set aside for. */
  spent(point: Outpoint): void {
    this.#aside.delete(outpointKey(point));
  }

  /** Forgets all coins, to be counted anew. Those set aside stay so: what they are for may be on its way. */
  recount(coins: readonly CountedCoin[]): void {
    const aside = new Set(this.#aside.keys());
    this.#coins.clear();
    this.#aside.clear();
    this.redeemable = [];
    this.#units = 0;
    for (const { point, units, underWay } of coins)
      this.receive(point, units, underWay || aside.has(outpointKey(point)));
  }

  /** Sets coins worth at least so much aside, the oldest first; undefined if there are not enough. */
  take(units: number): Coin[] | undefined {
    if (this.#units < units) return undefined;
    const taken: Coin[] = [];
    let sum = 0;
    for (const [key, coin] of this.#coins) {
      taken.push(coin);
      sum += coin.units;
      this.#coins.delete(key);
      this.#aside.set(key, coin);
      if (sum >= units) break;
    }
    this.#units -= sum;
    return taken;
  }

  /** The transaction that this coin was set aside for will not stand. */
  release(point: Outpoint): void {
    const coin = this.#aside.get(outpointKey(point));
    if (coin === undefined) return;
    this.#aside.delete(outpointKey(point));
    this.receive(coin.point, coin.units);
  }

  /** Pays `output` and the fee out of these coins, and the rest back to ourselves. A rest too small to be an output goes to the fee. */
  pay(coins: readonly Coin[], output: Output, feeUnits: number, jobId: string, sequence = finalSequence): Transaction {
    const inUnits = coins.reduce((sum, { units }) => sum + units, 0);
    const restUnits = inUnits - output.value - feeUnits;
    const outputs = [output];
    if (restUnits >= this.#minOutputUnits) outputs.push({ value: restUnits, scriptPubKey: this.condition });
    const inputs = coins.map(({ point }): Input => ({ ...point, scriptSig: "", sequence }));
    return this.#sign({ version: transactionVersion, inputs, outputs, lockTime: 0, jobId });
  }

  /** Takes all that is claimable to our own address; undefined where that is nothing. */
  redeem(feeUnits: number): Transaction | undefined {
    const units = this.redeemable.reduce((sum, { coin }) => sum + coin.units, 0);
    if (units - feeUnits < this.#minOutputUnits) return undefined;
    const inputs = this.redeemable.map(
      ({ coin }): Input => ({ ...coin.point, scriptSig: "", sequence: finalSequence }),
    );
    this.redeemable = [];
    const outputs = [{ value: units - feeUnits, scriptPubKey: this.condition }];
    return this.#sign({ version: transactionVersion, inputs, outputs, lockTime: 0, jobId: noJob });
  }

  #sign(transaction: Transaction): Transaction {
    return signTransaction(transaction, [this.secretKey]);
  }
}
