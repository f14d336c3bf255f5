/**
 * Blocks (whitepaper 2.3). The header is exactly {timestamp, previous hash, transactions hash, nonce}: 76 bytes. It has no
 * place for the target, and needs none: the target follows from the headers before it (proof-of-work.ts), so every
 * node works out the same one, and no miner can claim another.
 *
 * The transactions hash is the root of the Merkle tree over the whole wire form of each transaction: ids leave
 * signatures out, a block's hash must not.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { remembered } from "../memo.ts";
import { merkleLeaf, merkleRoot } from "../merkle.ts";
import { err, ok, type Result } from "../result.ts";
import {
  checkTransaction,
  coinbaseInput,
  encodeTransaction,
  isCoinbase,
  noJob,
  type Output,
  readTransaction,
  type Transaction,
  transactionBytes,
  transactionVersion,
  writeTransaction,
} from "../transaction.ts";
import { type Decoded, decode, type WireField, type WireReader, WireWriter } from "../wire.ts";

/** Never changed once made: the hash is remembered by object. */
export interface Header {
  readonly timestampMs: number;
  readonly previousHash: string;
  /** Merkle root of the transactions. */
  readonly transactionsHash: string;
  readonly nonce: number;
}

export interface Block {
  readonly header: Header;
  readonly transactions: readonly Transaction[];
}

const hashBytes = 32;
export const headerBytes = 8 + hashBytes + hashBytes + 4;
/** No inputs, no outputs. */
const minTransactionBytes = 4 + 1 + 1 + 4 + hashBytes;

export function encodeHeader(header: Header): Uint8Array {
  return writeHeader(new WireWriter(), header).finish();
}

export function decodeHeader(bytes: Uint8Array, trace?: WireField[]): Decoded<Header> {
  return decode(bytes, readHeader, trace);
}

export function encodeBlock(block: Block): Uint8Array {
  return writeBlock(new WireWriter(), block).finish();
}

export function decodeBlock(bytes: Uint8Array, trace?: WireField[]): Decoded<Block> {
  return decode(bytes, readBlock, trace);
}

export function writeBlock(writer: WireWriter, { header, transactions }: Block): WireWriter {
  return writeHeader(writer, header).list(transactions, writeTransaction);
}

export function readBlock(reader: WireReader): Block {
  return {
    header: readHeader(reader),
    transactions: reader.list("transactions", minTransactionBytes, readTransaction),
  };
}

function readHeader(reader: WireReader): Header {
  return {
    timestampMs: reader.u64("timestampMs"),
    previousHash: reader.hex("previousHash", hashBytes),
    transactionsHash: reader.hex("transactionsHash", hashBytes),
    nonce: reader.u32("nonce"),
  };
}

function writeHeader(writer: WireWriter, header: Header): WireWriter {
  return writer
    .u64(header.timestampMs)
    .hex(header.previousHash, hashBytes)
    .hex(header.transactionsHash, hashBytes)
    .u32(header.nonce);
}

/** SHA-256 of the header: the block's name, and its proof of work. */
export const headerHash = remembered((header: Header): string => bytesToHex(sha256(encodeHeader(header))));

export function transactionsHash(transactions: readonly Transaction[]): string {
  return bytesToHex(merkleRoot(transactions.map(leafOf)));
}

const leafOf = remembered((transaction: Transaction) => merkleLeaf(encodeTransaction(transaction)));

/** A block's length on the wire, from those of its transactions. */
export function blockBytes(transactions: readonly Transaction[]): number {
  const count = new WireWriter().varint(transactions.length).finish().length;
  return transactions.reduce((sum, transaction) => sum + transactionBytes(transaction), headerBytes + count);
}

/** What can be said of a block without its chain. Rejections of a transaction keep their code. */
export const checkBlock = remembered((block: Block): Result<undefined> => {
  const { header, transactions } = block;
  const [coinbase, ...others] = transactions;
  if (coinbase === undefined || !isCoinbase(coinbase))
    return err("no-coinbase", "the first transaction of a block is its coinbase");
  if (others.some(isCoinbase)) return err("second-coinbase", "a block has one coinbase");
  if (transactionsHash(transactions) !== header.transactionsHash)
    return err("transactions-hash", "the header commits to other transactions");
  for (const [i, transaction] of transactions.entries()) {
    const form = checkTransaction(transaction);
    if (!form.ok) return err(form.rejection.code, `transaction ${i}: ${form.rejection.message}`);
  }
  return ok(undefined);
});

/** The transaction that pays a block's miner; `data` (hexadecimal, up to 100 bytes) is free. */
export function coinbase(heightBlocks: number, outputs: readonly Output[], data = ""): Transaction {
  return {
    version: transactionVersion,
    inputs: [coinbaseInput(heightBlocks, data)],
    outputs,
    lockTime: 0,
    jobId: noJob,
  };
}

/**
 * The block that a chain starts from. It creates `allocations` out of nothing: none in a currency that is mined (the
 * sources name none), the participants' starting money in a simulation.
 */
export function genesisBlock(timestampMs: number, allocations: readonly Output[] = []): Block {
  const transactions = [coinbase(0, allocations)];
  const header = {
    timestampMs,
    previousHash: "00".repeat(hashBytes),
    transactionsHash: transactionsHash(transactions),
    nonce: 0,
  };
  return { header, transactions };
}
