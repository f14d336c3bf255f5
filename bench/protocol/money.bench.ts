/** Transactions encoded and decoded, and signatures verified beside bare noble (at least 0.9 of its speed). */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { expect, test } from "vitest";
import { coinbase } from "../../src/protocol/chain/block.ts";
import { keyHash, publicKeyBytes, publicKeyOf } from "../../src/protocol/keys.ts";
import {
  decodeTransaction,
  encodeTransaction,
  firstUnsignedInput,
  noJob,
  signatureHash,
  signTransaction,
  type Transaction,
  transactionId,
  unlockings,
} from "../../src/protocol/transaction.ts";
import { interleaved } from "./interleaved.ts";

const secretKey = "0b".repeat(32);
const condition = { kind: "address", keyHash: keyHash(publicKeyOf(secretKey)) } as const;
const minted = coinbase(1, [{ value: 1e9, scriptPubKey: condition }]);

/** A payment with one input and two outputs, as most are. */
function payment(sequence: number): Transaction {
  const input = { transactionId: transactionId(minted), outputIndex: 0, scriptSig: "", sequence };
  const outputs = [1e6, 2e6].map((value) => ({ value, scriptPubKey: condition }));
  return signTransaction({ version: 1, inputs: [input], outputs, lockTime: 0, jobId: noJob }, [secretKey]);
}

test("transactions encoded and decoded", () => {
  const payments = Array.from({ length: 200 }, (_, i) => payment(i));
  const encoded = payments.map(encodeTransaction);
  const rounds = 20;
  const operations = rounds * payments.length;
  const both = () => {
    let bytes = 0;
    for (let round = 0; round < rounds; round++)
      for (const transaction of payments) {
        const wire = encodeTransaction(transaction);
        if (!decodeTransaction(wire).ok) throw new Error("did not decode");
        bytes += wire.length;
      }
    return bytes;
  };
  // The yardstick: the same bytes copied and turned into hexadecimal and back by Node itself.
  const yardstick = () => {
    let bytes = 0;
    for (let round = 0; round < rounds; round++)
      for (const wire of encoded) bytes += Buffer.from(Buffer.from(wire).toString("hex"), "hex").length;
    return bytes;
  };
  const { ours, theirs, ratio } = interleaved(9, operations, both, yardstick);
  console.log(
    `transactions encoded + decoded: ${perSecond(ours)} (${encoded[0]!.length} bytes each; ${ratio.toFixed(3)} of Node's hex copy, ${perSecond(theirs)})`,
  );
  expect(ours).toBeGreaterThan(0);
});

test("signatures verified beside bare noble", () => {
  const payments = Array.from({ length: 40 }, (_, i) => payment(i));
  const parts = payments.map((transaction) => {
    const { publicKey } = unlockings(transaction)[0]!;
    const signature = transaction.inputs[0]!.scriptSig.slice(2 * publicKeyBytes);
    return { digest: signatureHash(transaction), publicKey: hexToBytes(publicKey), signature: hexToBytes(signature) };
  });
  // A fresh object each time: verdicts are remembered by object. Ours includes hashing the transaction and reading its script.
  const ours = () => payments.filter((transaction) => firstUnsignedInput({ ...transaction }) === -1).length;
  const bare = () =>
    parts.filter(({ digest, publicKey, signature }) =>
      secp256k1.verify(signature, digest, publicKey, { prehash: false }),
    ).length;
  const measured = interleaved(15, payments.length, ours, bare);
  console.log(
    `signatures verified: ${perSecond(measured.ours)}; bare noble ${perSecond(measured.theirs)}; ratio ${measured.ratio.toFixed(3)}`,
  );
  expect(ours()).toBe(payments.length);
  expect(measured.ratio).toBeGreaterThanOrEqual(0.9);
});

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString("en")}/s`;
}
