import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import {
  type Block,
  blockBytes,
  checkBlock,
  coinbase,
  decodeBlock,
  decodeHeader,
  encodeBlock,
  encodeHeader,
  genesisBlock,
  type Header,
  headerBytes,
  headerHash,
  transactionsHash,
} from "../../../src/protocol/chain/block.ts";
import { merkleLeaf, merkleProof, merkleProofHolds, merkleRoot } from "../../../src/protocol/merkle.ts";
import {
  encodeTransaction,
  signTransaction,
  type Transaction,
  transactionBytes,
} from "../../../src/protocol/transaction.ts";
import type { WireField } from "../../../src/protocol/wire.ts";
import { client, miner, node, pays, spends, unsigned } from "../people.ts";

const header: Header = {
  timestampMs: 0x01_0203_0405,
  previousHash: "aa".repeat(32),
  transactionsHash: "bb".repeat(32),
  nonce: 0x0a0b_0c0d,
};
const first = coinbase(3, [pays(miner, 10)], "c0ffee");
const payment = signTransaction(unsigned([spends(first)], [pays(node, 9)]), [client.secretKey]);

function blockOf(...transactions: readonly Transaction[]): Block {
  return { header: { ...header, transactionsHash: transactionsHash(transactions) }, transactions };
}

describe("header", () => {
  test("timestamp, previous hash, transactions hash, nonce: 76 bytes and nothing else", () => {
    const hex = `0504030201000000${"aa".repeat(32)}${"bb".repeat(32)}0d0c0b0a`;
    expect(bytesToHex(encodeHeader(header))).toBe(hex);
    expect(decodeHeader(hexToBytes(hex))).toEqual({ ok: true, value: header });
    expect(encodeHeader(header)).toHaveLength(headerBytes);
    expect(headerHash(header)).toBe(bytesToHex(sha256(hexToBytes(hex))));
  });

  test("its fields have the whitepaper's names", () => {
    const trace: WireField[] = [];
    decodeHeader(encodeHeader(header), trace);
    expect(trace.map(({ field }) => field)).toEqual(["timestampMs", "previousHash", "transactionsHash", "nonce"]);
  });

  test("a byte less or more is refused where it is missed or found", () => {
    const bytes = encodeHeader(header);
    expect(decodeHeader(bytes.subarray(0, 75))).toMatchObject({
      rejection: { code: "truncated", offset: 72, field: "nonce" },
    });
    expect(decodeHeader(concatBytes(bytes, bytes))).toMatchObject({
      rejection: { code: "trailing-bytes", offset: 76 },
    });
  });
});

describe("block", () => {
  test("its wire form is the header and the counted transactions", () => {
    const block = blockOf(first, payment);
    const bytes = encodeBlock(block);
    expect(bytes).toEqual(
      concatBytes(encodeHeader(block.header), Uint8Array.of(2), encodeTransaction(first), encodeTransaction(payment)),
    );
    expect(decodeBlock(bytes)).toEqual({ ok: true, value: block });
    expect(blockBytes(block.transactions)).toBe(bytes.length);
    expect(transactionBytes(payment)).toBe(encodeTransaction(payment).length);
    expect(decodeBlock(bytes.subarray(0, bytes.length - 1))).toMatchObject({
      rejection: { code: "truncated", field: "transactions[1].jobId" },
    });
  });

  test("more transactions than its bytes can hold are refused at the count", () => {
    const bytes = encodeBlock({ header, transactions: [] });
    const crowded = (count: number, more: number) =>
      decodeBlock(concatBytes(bytes.subarray(0, 76), Uint8Array.of(count), new Uint8Array(more)));
    expect(crowded(2, 83)).toMatchObject({ rejection: { code: "count-too-large", offset: 76, field: "transactions" } });
    expect(crowded(2, 84)).toMatchObject({ ok: true });
    expect(crowded(0, 0)).toEqual({ ok: true, value: { header, transactions: [] } });
  });

  test("its size counts the longer form of a long count", () => {
    const many = Array.from({ length: 253 }, () => first);
    expect(blockBytes(many)).toBe(encodeBlock({ header, transactions: many }).length);
  });

  test("the transactions hash is the Merkle root over whole transactions, signatures included", () => {
    const leaves = [first, payment].map((transaction) => merkleLeaf(encodeTransaction(transaction)));
    const root = merkleRoot(leaves);
    expect(transactionsHash([first, payment])).toBe(bytesToHex(root));
    expect(merkleProofHolds(root, 2, 1, merkleLeaf(encodeTransaction(payment)), merkleProof(leaves, 1))).toBe(true);
    const resigned = { ...payment, inputs: [{ ...payment.inputs[0]!, scriptSig: "00" }] };
    expect(transactionsHash([first, resigned])).not.toBe(bytesToHex(root));
    expect(transactionsHash([payment, first])).not.toBe(bytesToHex(root));
  });
});

describe("checks without a chain", () => {
  test("a coinbase alone, or with payments after it, passes", () => {
    expect(checkBlock(blockOf(first))).toEqual({ ok: true, value: undefined });
    expect(checkBlock(blockOf(first, payment))).toEqual({ ok: true, value: undefined });
  });

  test.each<[string, Block]>([
    ["no-coinbase", blockOf()],
    ["no-coinbase", blockOf(payment, first)],
    ["second-coinbase", blockOf(first, payment, first)],
    ["transactions-hash", { ...blockOf(first), transactions: [first, payment] }],
    ["transactions-hash", { ...blockOf(first, payment), transactions: [first] }],
    ["no-outputs", blockOf(first, { ...payment, outputs: [] })],
    ["output-value", blockOf({ ...first, outputs: [pays(miner, 0)] })],
  ])("refused: %s", (code, block) => {
    expect(checkBlock(block)).toMatchObject({ ok: false, rejection: { code } });
  });

  test("a rejection says which transaction", () => {
    expect(checkBlock(blockOf(first, { ...payment, version: 3 }))).toMatchObject({
      rejection: { code: "version", message: "transaction 1: version 3, known is 1" },
    });
  });
});

test("a genesis block has no parent and creates what it is told to", () => {
  const genesis = genesisBlock(42, [pays(client, 5)]);
  expect(genesis.header).toEqual({
    timestampMs: 42,
    previousHash: "00".repeat(32),
    transactionsHash: transactionsHash(genesis.transactions),
    nonce: 0,
  });
  expect(genesis.transactions).toEqual([coinbase(0, [pays(client, 5)])]);
  expect(checkBlock(genesis).ok).toBe(true);
  expect(genesisBlock(42).transactions[0]!.outputs).toEqual([]);
});
