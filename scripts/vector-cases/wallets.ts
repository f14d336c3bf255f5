/** People with the keys 01, 02, ... and what they sign, for cases about money. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { keyHash, publicKeyOf } from "../../src/protocol/keys.ts";
import type { Condition } from "../../src/protocol/spending-condition.ts";
import {
  encodeTransaction,
  type Input,
  noJob,
  type Output,
  signTransaction,
  type Transaction,
  transactionId,
  transactionVersion,
} from "../../src/protocol/transaction.ts";

export interface Wallet {
  readonly secretKey: string;
  readonly publicKey: string;
  readonly keyHash: string;
}

function wallet(secret: number): Wallet {
  const secretKey = secret.toString(16).padStart(64, "0");
  const publicKey = publicKeyOf(secretKey);
  return { secretKey, publicKey, keyHash: keyHash(publicKey) };
}

export const client = wallet(1);
export const node = wallet(2);
export const thief = wallet(3);
export const miner = wallet(4);
export const job = "4a".repeat(32);

export function pays({ keyHash }: Wallet, value: number): Output {
  return { value, scriptPubKey: { kind: "address", keyHash } };
}

export function locks(scriptPubKey: Condition, value: number): Output {
  return { value, scriptPubKey };
}

export function spends(from: Transaction, outputIndex = 0, sequence = 0): Input {
  return { transactionId: transactionId(from), outputIndex, scriptSig: "", sequence };
}

export function draft(
  inputs: readonly Input[],
  outputs: readonly Output[],
  more: Partial<Transaction> = {},
): Transaction {
  return { version: transactionVersion, inputs, outputs, lockTime: 0, jobId: noJob, ...more };
}

export function signed(by: Wallet, ...form: Parameters<typeof draft>): Transaction {
  return signTransaction(draft(...form), [by.secretKey]);
}

export function toHex(transaction: Transaction): string {
  return bytesToHex(encodeTransaction(transaction));
}
