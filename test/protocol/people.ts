/** Keys of the people in the tests, and money made for them without a chain. */
import { keyHash, publicKeyOf } from "../../src/protocol/keys.ts";
import type { Condition } from "../../src/protocol/spending-condition.ts";
import {
  coinbaseInput,
  type Input,
  noJob,
  type Output,
  type Transaction,
  transactionId,
  transactionVersion,
} from "../../src/protocol/transaction.ts";

export interface Person {
  readonly secretKey: string;
  readonly publicKey: string;
  readonly keyHash: string;
  readonly condition: Condition;
}

export function person(secret: number): Person {
  const secretKey = secret.toString(16).padStart(64, "0");
  const publicKey = publicKeyOf(secretKey);
  const hash = keyHash(publicKey);
  return { secretKey, publicKey, keyHash: hash, condition: { kind: "address", keyHash: hash } };
}

export const client = person(1001);
export const node = person(1002);
export const thief = person(1003);
export const miner = person(1004);

export const job = "4a".repeat(32);

export function pays(who: Person, value: number): Output {
  return { value, scriptPubKey: who.condition };
}

/** An input that spends output `outputIndex` of `from`, not signed yet. */
export function spends(from: Transaction, outputIndex = 0, sequence = 0): Input {
  return { transactionId: transactionId(from), outputIndex, scriptSig: "", sequence };
}

export function unsigned(
  inputs: readonly Input[],
  outputs: readonly Output[],
  more: Partial<Transaction> = {},
): Transaction {
  return { version: transactionVersion, inputs, outputs, lockTime: 0, jobId: noJob, ...more };
}

/** A coinbase of block `heightBlocks` with these outputs. */
export function mints(heightBlocks: number, ...outputs: readonly Output[]): Transaction {
  return unsigned([coinbaseInput(heightBlocks)], outputs);
}
