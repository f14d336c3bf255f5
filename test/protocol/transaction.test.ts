import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maxAmountUnits } from "../../src/protocol/amount.ts";
import { signDigest } from "../../src/protocol/keys.ts";
import type { Condition } from "../../src/protocol/spending-condition.ts";
import {
  checkTransaction,
  coinbaseInput,
  decodeTransaction,
  encodeTransaction,
  finalSequence,
  firstUnsignedInput,
  isCoinbase,
  outpointKey,
  signatureHash,
  signTransaction,
  type Transaction,
  transactionBytes,
  transactionId,
  unlockings,
} from "../../src/protocol/transaction.ts";
import type { WireField } from "../../src/protocol/wire.ts";
import { client, job, mints, node, pays, spends, thief, unsigned } from "./people.ts";

const funding = mints(7, pays(client, 500), pays(client, 300));
const payment = signTransaction(
  unsigned(
    [spends(funding, 0, 2), spends(funding, 1, finalSequence)],
    [
      pays(node, 100),
      { value: 650, scriptPubKey: { kind: "escrow", jobId: job } },
      { value: 40, scriptPubKey: { kind: "testament", jobId: job, node: node.keyHash } },
    ],
    { lockTime: 258, jobId: job },
  ),
  [client.secretKey],
);

/** As somebody else has it, who knows nothing of its making. */
function received(transaction: Transaction): Transaction {
  const decoded = decodeTransaction(encodeTransaction(transaction));
  if (!decoded.ok) throw new Error(decoded.rejection.message);
  return decoded.value;
}

const hash = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => bytesToHex(bytes));
const u32 = fc.nat({ max: 0xffff_ffff });
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant("address" as const), keyHash: hash(20) }),
  fc.record({ kind: fc.constant("escrow" as const), jobId: hash(32) }),
  fc.record({ kind: fc.constant("testament" as const), jobId: hash(32), node: hash(20) }),
);
const anyTransaction: fc.Arbitrary<Transaction> = fc.record({
  version: u32,
  inputs: fc.array(
    fc.record({
      transactionId: hash(32),
      outputIndex: u32,
      scriptSig: fc.uint8Array({ maxLength: 100 }).map((bytes) => bytesToHex(bytes)),
      sequence: u32,
    }),
    { maxLength: 4 },
  ),
  outputs: fc.array(fc.record({ value: fc.maxSafeNat(), scriptPubKey: condition }), { maxLength: 4 }),
  lockTime: u32,
  jobId: hash(32),
});

describe("wire form", () => {
  test("the fields of the whitepaper, in its order and widths", () => {
    const scriptSigs = payment.inputs.map((input) => input.scriptSig);
    const id = transactionId(funding);
    expect(bytesToHex(encodeTransaction(payment))).toBe(
      [
        "01000000", // version
        `02${id}0000000061${scriptSigs[0]}02000000`, // two inputs: id, index, scriptSig, sequence
        `${id}0100000061${scriptSigs[1]}ffffffff`,
        `0364000000000000001501${node.keyHash}`, // three outputs: value, scriptPubKey
        `8a020000000000002102${job}`,
        `28000000000000003503${job}${node.keyHash}`,
        "02010000", // lock time
        job,
      ].join(""),
    );
  });

  test("decode(encode(x)) = x", () => {
    fc.assert(
      fc.property(anyTransaction, (transaction) => {
        expect(decodeTransaction(encodeTransaction(transaction))).toEqual({ ok: true, value: transaction });
      }),
    );
  });

  test("every proper prefix is refused as cut off, and nothing may follow", () => {
    const bytes = encodeTransaction(payment);
    for (let length = 0; length < bytes.length; length++) {
      const decoded = decodeTransaction(bytes.subarray(0, length));
      expect(decoded).toMatchObject({ ok: false });
      if (!decoded.ok) {
        expect(["truncated", "count-too-large"]).toContain(decoded.rejection.code);
        expect(decoded.rejection.offset).toBeLessThanOrEqual(length);
      }
    }
    expect(decodeTransaction(concatBytes(bytes, Uint8Array.of(0)))).toMatchObject({
      rejection: { code: "trailing-bytes", offset: bytes.length },
    });
  });

  test.each<[string, string, object]>([
    ["a version alone", "01000000", { code: "truncated", offset: 4, field: "inputs count" }],
    ["a count in a longer form", "01000000fd0100", { code: "varint-not-minimal", offset: 4, field: "inputs count" }],
    ["more inputs than bytes", `0100000002${"00".repeat(81)}`, { code: "count-too-large", offset: 4, field: "inputs" }],
    ["more outputs than bytes", `010000000002${"00".repeat(17)}`, { code: "count-too-large", offset: 5 }],
    [
      "a scriptSig of 101 bytes",
      `0100000001${"00".repeat(36)}65${"00".repeat(200)}`,
      { code: "length-too-large", offset: 41, field: "inputs[0].scriptSig" },
    ],
    [
      "a value above 2^53 - 1",
      `010000000001000000000000200015${"01".repeat(21)}`,
      { code: "number-too-large", offset: 6, field: "outputs[0].value" },
    ],
    [
      "an unknown spending condition",
      `010000000001010000000000000015${"04".repeat(21)}`,
      { code: "unknown-condition", offset: 15, field: "outputs[0].scriptPubKey.kind" },
    ],
    ["a condition numbered 0", `010000000001010000000000000015${"00".repeat(21)}`, { code: "unknown-condition" }],
    [
      "a condition with a byte too many",
      `010000000001010000000000000016${"01".repeat(22)}`,
      { code: "trailing-bytes", offset: 36, field: "outputs[0].scriptPubKey" },
    ],
    [
      "a condition a byte short",
      `010000000001010000000000000014${"01".repeat(60)}`,
      { code: "truncated", offset: 16, field: "outputs[0].scriptPubKey.keyHash" },
    ],
    [
      "a condition of 54 bytes",
      `010000000001010000000000000036${"03".repeat(90)}`,
      { code: "length-too-large", offset: 14, field: "outputs[0].scriptPubKey" },
    ],
  ])("%s is refused where it breaks", (_, hex, rejection) => {
    expect(decodeTransaction(hexToBytes(hex))).toMatchObject({ ok: false, rejection });
  });

  test("a trace names every field of the whitepaper", () => {
    const trace: WireField[] = [];
    decodeTransaction(encodeTransaction(payment), trace);
    const end = trace.reduce((offset, field) => {
      expect(field.offset).toBe(offset);
      return offset + field.length;
    }, 0);
    expect(end).toBe(encodeTransaction(payment).length);
    const inputFields = (i: number) => [
      ...["transactionId", "outputIndex", "scriptSig length", "scriptSig", "sequence"].map(
        (name) => `inputs[${i}].${name}`,
      ),
    ];
    const outputFields = (i: number, ...parts: string[]) => [
      ...["value", "scriptPubKey length", ...["kind", ...parts].map((part) => `scriptPubKey.${part}`)].map(
        (name) => `outputs[${i}].${name}`,
      ),
    ];
    expect(trace.map(({ field }) => field)).toEqual([
      "version",
      "inputs count",
      ...inputFields(0),
      ...inputFields(1),
      "outputs count",
      ...outputFields(0, "keyHash"),
      ...outputFields(1, "jobId"),
      ...outputFields(2, "jobId", "node"),
      "lockTime",
      "jobId",
    ]);
    expect(trace.map(({ field, value }) => `${field} ${value}`)).toEqual(
      expect.arrayContaining([
        "version 1",
        "inputs count 2",
        `inputs[1].transactionId ${transactionId(funding)}`,
        "inputs[1].outputIndex 1",
        "inputs[1].sequence 4294967295",
        "outputs[1].value 650",
        "outputs[1].scriptPubKey.kind 2",
        `outputs[2].scriptPubKey.node ${node.keyHash}`,
        "lockTime 258",
        `jobId ${job}`,
      ]),
    );
  });
});

describe("id and signatures", () => {
  test("the id is SHA-256 of the wire form without scriptSigs", () => {
    const bare = { ...payment, inputs: payment.inputs.map((input) => ({ ...input, scriptSig: "" })) };
    expect(transactionId(payment)).toBe(bytesToHex(sha256(encodeTransaction(bare))));
    expect(transactionId(bare)).toBe(transactionId(payment));
  });

  test("what is signed is the id under a tag of its own", () => {
    const message = concatBytes(utf8ToBytes("CamelidCoin transaction signature\0"), hexToBytes(transactionId(payment)));
    expect(signatureHash(payment)).toEqual(sha256(message));
  });

  test("each input is unlocked by its key and its signature", () => {
    expect(firstUnsignedInput(received(payment))).toBe(-1);
    expect(unlockings(payment).map((unlocking) => unlocking?.keyHash)).toEqual([client.keyHash, client.keyHash]);
    const two = signTransaction(payment, [client.secretKey, node.secretKey]);
    expect(unlockings(two).map((unlocking) => unlocking?.publicKey)).toEqual([client.publicKey, node.publicKey]);
    expect(firstUnsignedInput(received(two))).toBe(-1);
    expect(() => signTransaction(payment, [client.secretKey, node.secretKey, thief.secretKey])).toThrow(
      "3 keys for 2 inputs",
    );
  });

  test("what is known of a transaction that was just signed is what is found of one that comes over the wire", () => {
    const made = signTransaction(payment, [client.secretKey, node.secretKey]);
    const known = [transactionId(made), transactionBytes(made), unlockings(made), firstUnsignedInput(made)];
    const encoded = encodeTransaction(made);
    const other = received(made);
    expect(known).toEqual([transactionId(other), encoded.length, unlockings(other), firstUnsignedInput(other)]);
    expect(made).toEqual(other);
    expect(JSON.stringify(made)).toBe(JSON.stringify(other));
  });

  test.each<[string, (scriptSig: string) => string]>([
    [
      "another signature by its owner",
      (own) => own.slice(0, 66) + signDigest(sha256(Uint8Array.of(1)), client.secretKey),
    ],
    ["a signature with a changed digit", (own) => own.slice(0, -1) + (own.endsWith("0") ? "1" : "0")],
    ["a thief's key and signature", () => thief.publicKey + signDigest(signatureHash(payment), client.secretKey)],
    [
      "the owner's key and a thief's signature",
      (own) => own.slice(0, 66) + signDigest(signatureHash(payment), thief.secretKey),
    ],
    ["no signature", () => ""],
  ])("that the original was signed here does not save a copy with %s", (_, change) => {
    const made = signTransaction(payment, [client.secretKey]);
    expect(firstUnsignedInput(made)).toBe(-1);
    const [first, second] = made.inputs;
    const forged = { ...made, inputs: [first!, { ...second!, scriptSig: change(second!.scriptSig) }] };
    expect(transactionId(forged)).toBe(transactionId(made));
    expect(firstUnsignedInput(forged)).toBe(1);
    expect(firstUnsignedInput(received(forged))).toBe(1);
  });

  test("a wrong key refuses to sign at once, not when somebody reads the signature", () => {
    expect(() => signTransaction(payment, ["00".repeat(32)])).toThrow();
  });

  test.each<[string, Partial<Transaction>]>([
    ["an output's value", { outputs: [pays(node, 101), ...payment.outputs.slice(1)] }],
    ["an output's owner", { outputs: [pays(thief, 100), ...payment.outputs.slice(1)] }],
    ["one output less", { outputs: payment.outputs.slice(1) }],
    ["a sequence", { inputs: payment.inputs.map((input) => ({ ...input, sequence: 9 })) }],
    ["the input", { inputs: payment.inputs.map((input) => ({ ...input, outputIndex: 9 })) }],
    ["the lock time", { lockTime: 259 }],
    ["the job", { jobId: "4b".repeat(32) }],
    ["the version", { version: 2 }],
  ])("a signature does not outlive a change of %s", (_, change) => {
    expect(firstUnsignedInput({ ...payment, ...change })).toBe(0);
  });

  test("the first input that is not signed is found", () => {
    const [first, second] = payment.inputs;
    const cut = second!.scriptSig.slice(2);
    expect(firstUnsignedInput({ ...payment, inputs: [first!, { ...second!, scriptSig: cut }] })).toBe(1);
    expect(unlockings({ ...payment, inputs: [first!, { ...second!, scriptSig: cut }] })[1]).toBeUndefined();
    expect(unlockings({ ...payment, inputs: [first!, { ...second!, scriptSig: `${cut}0000` }] })[1]).toBeUndefined();
  });
});

describe("checks without context", () => {
  const one = unsigned([spends(funding)], [pays(node, 1)]);
  const coinbase = mints(3, pays(node, 1));
  const nothing = coinbaseInput(3);

  test.each<[string, Transaction]>([
    ["one unit", one],
    ["all the money there can be", { ...one, outputs: [pays(node, maxAmountUnits - 1), pays(node, 1)] }],
    ["an escrow of the transaction's job", payment],
    ["a coinbase", coinbase],
    ["a coinbase that pays nothing", { ...coinbase, outputs: [] }],
    ["two outputs of one transaction", { ...one, inputs: [spends(funding, 0), spends(funding, 1)] }],
    [
      "an input with the coinbase's index alone",
      { ...one, inputs: [spends(funding, 0), spends(funding, 0xffff_ffff)] },
    ],
  ])("%s passes", (_, transaction) => {
    expect(checkTransaction(transaction)).toEqual({ ok: true, value: undefined });
  });

  test.each<[string, Transaction]>([
    ["version", { ...one, version: 0 }],
    ["version", { ...one, version: 2 }],
    ["no-inputs", { ...one, inputs: [] }],
    ["no-outputs", { ...one, outputs: [] }],
    ["duplicate-input", { ...one, inputs: [spends(funding, 0, 1), spends(funding, 0, 2)] }],
    ["coinbase-input", { ...one, inputs: [spends(funding), nothing] }],
    ["coinbase-input", { ...one, inputs: [nothing, nothing] }],
    ["output-value", { ...one, outputs: [pays(node, 1), pays(node, 0)] }],
    ["output-value", { ...coinbase, outputs: [pays(node, 0)] }],
    ["output-value", { ...one, outputs: [pays(node, maxAmountUnits + 1)] }],
    ["output-total", { ...one, outputs: [pays(node, maxAmountUnits), pays(node, 1)] }],
    ["other-job", { ...payment, jobId: "00".repeat(32) }],
    ["other-job", { ...payment, outputs: payment.outputs.slice(2), jobId: "4b".repeat(32) }],
  ])("refused: %s", (code, transaction) => {
    expect(checkTransaction(transaction)).toMatchObject({ ok: false, rejection: { code } });
  });

  test("a coinbase is told by its one input that spends nothing", () => {
    expect(isCoinbase(coinbase)).toBe(true);
    expect(isCoinbase(one)).toBe(false);
    expect(isCoinbase({ ...one, inputs: [nothing, spends(funding)] })).toBe(false);
    expect(isCoinbase({ ...one, inputs: [{ ...nothing, outputIndex: 0 }] })).toBe(false);
    expect(isCoinbase({ ...one, inputs: [{ ...nothing, transactionId: job }] })).toBe(false);
    expect(isCoinbase({ ...one, inputs: [] })).toBe(false);
    expect(outpointKey(nothing)).toBe(`${"00".repeat(32)}:4294967295`);
  });

  test("coinbases of different heights have different ids, whatever they pay", () => {
    expect(transactionId(mints(3, pays(node, 1)))).not.toBe(transactionId(mints(4, pays(node, 1))));
    expect(coinbaseInput(3, "abcd").scriptSig).toBe("abcd");
    expect(coinbaseInput(3).scriptSig).toBe("");
  });
});
