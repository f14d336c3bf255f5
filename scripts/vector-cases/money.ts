/** Vectors of keys, addresses, transactions, spending conditions, and replacement in the pool: both sides of each boundary. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { maxAmountUnits } from "../../src/protocol/amount.ts";
import { coinbase } from "../../src/protocol/chain/block.ts";
import type { Json } from "../../src/protocol/json.ts";
import { keyHash, publicKeyOf, signDigest } from "../../src/protocol/keys.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { finalSequence, type Transaction, transactionId } from "../../src/protocol/transaction.ts";
import type { CaseDraft, FileDraft } from "./draft.ts";
import { client, draft, job, locks, miner, node, pays, signed, spends, thief, toHex, type Wallet } from "./wallets.ts";

const { minFeeUnits, minOutputUnits, coinbaseMaturityBlocks } = parameters("minimal");
const groupOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const hex32 = (number: bigint): string => number.toString(16).padStart(64, "0");

// Keys, published: Bitcoin Core's key tests, the Bitcoin wiki's example, the key 1.
const publishedKeys: [string, string, string][] = [
  ["01".padStart(64, "0"), "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", "1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm"],
  [
    "12b004fff7f4b69ef8650e767f18f11ede158148b425660723b9f9a66e61f747",
    "1NoJrossxPBKfCHuJXT4HadJrXRE9Fxiqs",
    "1QFqqMUD55ZV3PJEJZtaKCsQmjLT6JkjvJ",
  ],
  [
    "b524c28b61c9b2c49b2c7dd4c2d75887abb78768c054bd7c01af4029f6c0d117",
    "1CRj2HyM1CXWzHAXLQtiGLyggNT9WQqsDs",
    "1F5y5E5FMc5YzdJtB9hLaUe43GDxEKXENJ",
  ],
  [
    "18e14a7b6a307f426a94f8114701e7c8e774e7f9a47e2c2035db29a206321725",
    "1PMycacnJaSqwwJqjawXBErnLsZ7RkXUAs",
    "16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM",
  ],
];

const decodes = (name: string, address: string, expect: string, keyHash?: string): CaseDraft => ({
  name,
  operation: { address },
  expect,
  ...(keyHash === undefined ? {} : { post: { keyHash } }),
});

// Signatures.
const digest = sha256(utf8ToBytes("Everything should be made as simple as possible, but not simpler."));
const signature = signDigest(digest, client.secretKey);
const [r, s] = [signature.slice(0, 64), signature.slice(64)];
const verifies = (name: string, holds: boolean, change: object = {}): CaseDraft => ({
  name,
  operation: { digest: bytesToHex(digest), signature, publicKey: client.publicKey, ...change },
  expect: "accepted",
  post: { holds },
});

// The money that all cases spend: 1000 units of the client, 400 of the node, in a coinbase of height 5.
const minted = coinbase(5, [pays(client, 1000), pays(node, 400)]);
const payment = signed(client, [spends(minted)], [pays(node, 990)]);
const lock = signed(
  client,
  [spends(minted)],
  [locks({ kind: "escrow", jobId: job }, 600), locks({ kind: "testament", jobId: job, node: node.keyHash }, 390)],
  { jobId: job },
);

const decoding = (name: string, transaction: string, expect = "accepted"): CaseDraft => ({
  name,
  operation: { transaction },
  expect,
});
const paymentHex = toHex(payment);
/** The payment with the bytes from `offset` on replaced by `with_`. */
const patched = (offset: number, with_: string): string =>
  paymentHex.slice(0, 2 * offset) + with_ + paymentHex.slice(2 * offset + with_.length);
const scriptSigLengthAt = 4 + 1 + 32 + 4;
const outputsAt = scriptSigLengthAt + 1 + 97 + 4;

const checks = (name: string, expect: string, change: Partial<Transaction>): CaseDraft => ({
  name,
  operation: { transaction: toHex({ ...payment, ...change }) },
  expect,
});

function unspent(from: Transaction, heightBlocks: number, fromCoinbase: boolean): Json[] {
  return from.outputs.map(
    (output, outputIndex) =>
      ({ transactionId: transactionId(from), outputIndex, ...output, heightBlocks, fromCoinbase }) as unknown as Json,
  );
}

const mintedState = { heightBlocks: 20, unspent: unspent(minted, 5, true), escrowAwards: [], stakeAwards: [] };
const lockedState = { ...mintedState, unspent: unspent(lock, 9, false) };
const escrowTo = ({ keyHash }: Wallet, jobId = job) => ({ escrowAwards: [{ jobId, to: keyHash }] });
const stakeTo = ({ keyHash }: Wallet, of = node) => ({ stakeAwards: [{ jobId: job, node: of.keyHash, to: keyHash }] });

const spending = (name: string, expect: string, transaction: Transaction, state: object = {}): CaseDraft => ({
  name,
  pre: { ...mintedState, ...state },
  operation: { transaction: toHex(transaction) },
  expect,
});
const claims = (name: string, expect: string, outputIndex: number, by: Wallet, state: object = {}): CaseDraft =>
  spending(name, expect, signed(by, [spends(lock, outputIndex)], [pays(by, 300)]), { ...lockedState, ...state });

const otherSignature = signed(client, [spends(minted)], [pays(node, 980)]).inputs[0]!.scriptSig.slice(66);
const scriptSig = (of: Transaction, change: (key: string, signature: string) => string): Transaction => ({
  ...of,
  inputs: of.inputs.map((input) => ({
    ...input,
    scriptSig: change(input.scriptSig.slice(0, 66), input.scriptSig.slice(66)),
  })),
});
const highS = (low: string): string => low.slice(0, 64) + hex32(groupOrder - BigInt(`0x${low.slice(64)}`));

// The pool: the client's first transaction has sequence 5.
const first = signed(client, [spends(minted, 0, 5)], [pays(client, 990)]);
const child = signed(client, [spends(first)], [pays(thief, 970)]);
const update = (sequence: number) => signed(client, [spends(minted, 0, sequence)], [pays(node, 990)]);
const pooled = (
  name: string,
  expect: string,
  transaction: Transaction,
  waiting: readonly Transaction[] = [],
): CaseDraft => ({
  name,
  pre: { ...mintedState, waiting: waiting.map(toHex) },
  operation: { transaction: toHex(transaction) },
  expect,
});

export const moneyFiles: readonly FileDraft[] = [
  {
    file: "public-key",
    rule: "public-key",
    about:
      "Public keys, key hashes and addresses of secret keys (section 2.2); the addresses are Bitcoin's published ones.",
    cases: () =>
      publishedKeys.map(([secretKey]) => ({ name: secretKey, operation: { secretKey }, expect: "accepted" })),
  },
  {
    file: "address-decode",
    rule: "address-decode",
    about: "Addresses back to key hashes (section 2.2), Base58Check with version byte 0.",
    cases: () => [
      ...publishedKeys.flatMap(([secretKey, compressed, uncompressed]) => [
        decodes(`key ${secretKey}, compressed`, compressed, "accepted", keyHash(publicKeyOf(secretKey))),
        decodes(
          `key ${secretKey}, uncompressed`,
          uncompressed,
          "accepted",
          keyHash(publicKeyOf(secretKey, "uncompressed")),
        ),
      ]),
      decodes(
        "a published key hash",
        "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo",
        "accepted",
        "a31c06bd463e3923bc1aadbde48b16976c080717",
      ),
      decodes("twenty zero bytes", "1111111111111111111114oLvT2", "accepted", "00".repeat(20)),
      decodes("the last character changed", "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mp", "address-checksum"),
      decodes("a zero, which is no digit", "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2m0", "base58-character"),
      decodes("Bitcoin's script address", "36j4NfKv6Akva9amjWrLG6MuSQym1GuEmm", "address-version"),
      decodes("Bitcoin's test address", "mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ", "address-version"),
      decodes("a leading 1 less", "111111111111111111114oLvT2", "address-length"),
      decodes("a leading 1 more", "11111111111111111111114oLvT2", "address-length"),
      decodes("nothing", "", "address-length"),
    ],
  },
  {
    file: "signature",
    rule: "signature",
    about: "Deterministic signatures (RFC 6979) over a digest, r || s with the low s.",
    cases: () => [
      {
        name: "published: key 1",
        operation: { digest: bytesToHex(digest), secretKey: client.secretKey },
        expect: "accepted",
        post: {
          signature:
            "33a69cd2065432a30f3d1ce4eb0d59b8ab58c74f27c41a7fdb5696ad4e6108c96f807982866f785d3f6418d24163ddae117b7db4d5fdf0071de069fa54342262",
        },
      },
      {
        name: "published: the last key",
        operation: {
          digest: bytesToHex(
            sha256(utf8ToBytes("Not only is the Universe stranger than we think, it is stranger than we can think.")),
          ),
          secretKey: hex32(groupOrder - 1n),
        },
        expect: "accepted",
        post: {
          signature:
            "ff466a9f1b7b273e2f4c3ffe032eb2e814121ed18ef84665d0f515360dab3dd06fc95f5132e5ecfdc8e5e6e616cc77151455d46ed48f5589b7db7771a332b283",
        },
      },
    ],
  },
  {
    file: "signature-verify",
    rule: "signature-verify",
    about: "Whether a signature holds. ECDSA alone would accept the high s as well; the protocol does not.",
    cases: () => [
      verifies("the very signature", true),
      verifies("malleated: n - s instead of s", false, { signature: highS(signature) }),
      verifies("r = 0", false, { signature: hex32(0n) + s }),
      verifies("s = 0", false, { signature: r + hex32(0n) }),
      verifies("r = n", false, { signature: hex32(groupOrder) + s }),
      verifies("another s", false, { signature: r + hex32(BigInt(`0x${s}`) - 1n) }),
      verifies("another key", false, { publicKey: node.publicKey }),
      verifies("another digest", false, { digest: "00".repeat(32) }),
      verifies("63 bytes", false, { signature: signature.slice(2) }),
      verifies("65 bytes", false, { signature: `${signature}01` }),
      verifies("a key that is no point of the curve", false, { publicKey: `02${hex32(5n)}` }),
    ],
  },
  {
    file: "transaction-decode",
    rule: "transaction-decode",
    about: "The wire form of transactions (section 2.3), their ids and what is signed. The id leaves scriptSigs out.",
    cases: () => [
      decoding("a payment", paymentHex),
      decoding("the same payment unsigned: the same id", toHex(scriptSig(payment, () => ""))),
      decoding("an escrow and a testament", toHex(lock)),
      decoding("a coinbase", toHex(minted)),
      decoding("no inputs and no outputs", toHex({ ...payment, inputs: [], outputs: [] })),
      decoding("253 outputs: a count of three bytes", toHex({ ...payment, outputs: Array(253).fill(pays(node, 1)) })),
      decoding("a value of 2^53 - 1", patched(outputsAt + 1, "ffffffffffff1f00")),
      decoding("a value of 2^53", patched(outputsAt + 1, "0000000000002000"), "number-too-large"),
      decoding("nothing", "", "truncated"),
      decoding("the last byte missing", paymentHex.slice(0, -2), "truncated"),
      decoding("cut off in the scriptSig", paymentHex.slice(0, 200), "truncated"),
      decoding("cut off after the input count", paymentHex.slice(0, 10), "count-too-large"),
      decoding("a byte too many", `${paymentHex}00`, "trailing-bytes"),
      decoding("a count of one in three bytes", `01000000fd0100${paymentHex.slice(10)}`, "varint-not-minimal"),
      decoding("a count of one in five bytes", `01000000fe01000000${paymentHex.slice(10)}`, "varint-not-minimal"),
      decoding(
        "a count of one in nine bytes",
        `01000000ff0100000000000000${paymentHex.slice(10)}`,
        "varint-not-minimal",
      ),
      decoding("a count of 2^53 inputs", `01000000ff0000000000002000${paymentHex.slice(10)}`, "number-too-large"),
      decoding("2^32 inputs announced", `01000000ff0000000001000000${paymentHex.slice(10)}`, "count-too-large"),
      decoding("a scriptSig of 100 bytes", toHex(scriptSig(payment, () => "00".repeat(100)))),
      decoding("a scriptSig of 101 bytes", toHex(scriptSig(payment, () => "00".repeat(101))), "length-too-large"),
      decoding("spending condition 4", patched(outputsAt + 1 + 8 + 1, "04"), "unknown-condition"),
      decoding("spending condition 0", patched(outputsAt + 1 + 8 + 1, "00"), "unknown-condition"),
      decoding("an address condition read as an escrow", patched(outputsAt + 1 + 8 + 1, "02"), "truncated"),
      decoding(
        "a condition with a byte too many",
        `${paymentHex.slice(0, 2 * (outputsAt + 9))}16${paymentHex.slice(2 * (outputsAt + 10), 2 * (outputsAt + 31))}00${"00".repeat(36)}`,
        "trailing-bytes",
      ),
    ],
  },
  {
    file: "transaction-sign",
    rule: "transaction-sign",
    about:
      "Signing every input with one key: SHA-256 of the tag `CamelidCoin transaction signature` and a zero byte, then the id.",
    cases: () => [
      {
        name: "one input",
        operation: { transaction: toHex(scriptSig(payment, () => "")), secretKey: client.secretKey },
        expect: "accepted",
        post: { transaction: paymentHex },
      },
      {
        name: "two inputs",
        operation: {
          transaction: toHex(draft([spends(minted, 0), spends(minted, 1)], [pays(thief, 1400)])),
          secretKey: thief.secretKey,
        },
        expect: "accepted",
      },
    ],
  },
  {
    file: "transaction-check",
    rule: "transaction-check",
    about:
      "What is refused whatever the state: amounts are 1 unit to 1e15, each output is spent once, escrows belong to the transaction's job.",
    cases: () => [
      checks("a payment", "accepted", {}),
      checks("version 0", "version", { version: 0 }),
      checks("version 2", "version", { version: 2 }),
      checks("no input", "no-inputs", { inputs: [] }),
      checks("no output", "no-outputs", { outputs: [] }),
      checks("an output of 1 unit", "accepted", { outputs: [pays(node, 1)] }),
      checks("an output of 0 units", "output-value", { outputs: [pays(node, 1), pays(node, 0)] }),
      checks("an output of all money", "accepted", { outputs: [pays(node, maxAmountUnits)] }),
      checks("an output of more than all money", "output-value", { outputs: [pays(node, maxAmountUnits + 1)] }),
      checks("outputs of more than all money together", "output-total", {
        outputs: [pays(node, maxAmountUnits), pays(node, 1)],
      }),
      checks("the same output spent twice", "duplicate-input", {
        inputs: [spends(minted, 0, 1), spends(minted, 0, 2)],
      }),
      checks("two outputs of one transaction", "accepted", { inputs: [spends(minted, 0), spends(minted, 1)] }),
      checks("a coinbase input among others", "coinbase-input", { inputs: [spends(minted), minted.inputs[0]!] }),
      checks("an escrow of the transaction's job", "accepted", { outputs: lock.outputs, jobId: job }),
      checks("an escrow of another job", "other-job", { outputs: lock.outputs, jobId: "4b".repeat(32) }),
      checks("a testament without a job", "other-job", { outputs: lock.outputs.slice(1) }),
    ],
  },
  {
    file: "spending",
    rule: "spending",
    about:
      "Whether a transaction may spend what it spends, its fee, and the unspent outputs after it (sections 2.3 and 2.4). Amounts in units.",
    cases: () => [
      spending("a payment with a fee of 10", "accepted", payment),
      spending("a fee of 0", "accepted", signed(client, [spends(minted)], [pays(node, 1000)])),
      spending("a unit more than there is", "overspent", signed(client, [spends(minted)], [pays(node, 1001)])),
      spending("signed by somebody else", "wrong-key", signed(thief, [spends(minted)], [pays(thief, 990)])),
      spending(
        "somebody else's signature beside the owner's key",
        "bad-signature",
        scriptSig(payment, (key) => key + signDigest(digest, thief.secretKey)),
      ),
      spending(
        "replay: the signature of another payment",
        "bad-signature",
        scriptSig(payment, (key) => key + otherSignature),
      ),
      spending(
        "malleated: the high s",
        "bad-signature",
        scriptSig(payment, (key, low) => key + highS(low)),
      ),
      spending("the receiver changed after signing", "bad-signature", { ...payment, outputs: [pays(thief, 990)] }),
      spending(
        "unsigned",
        "malformed-script",
        scriptSig(payment, () => ""),
      ),
      spending(
        "a scriptSig a byte short",
        "malformed-script",
        scriptSig(payment, (key, low) => key + low.slice(2)),
      ),
      spending(
        "a scriptSig a byte long",
        "malformed-script",
        scriptSig(payment, (key, low) => `${key}${low}00`),
      ),
      spending("an output that never was", "missing-output", signed(client, [spends(minted, 2)], [pays(node, 1)])),
      spending("double spend: the output is gone", "missing-output", payment, {
        unspent: mintedState.unspent.slice(1),
      }),
      spending("replay: the same transaction again", "missing-output", payment, {
        unspent: unspent(payment, 10, false),
      }),
      spending("a coinbase at its maturity", "accepted", payment, { heightBlocks: 5 + coinbaseMaturityBlocks }),
      spending("a coinbase a block before its maturity", "immature-coinbase", payment, {
        heightBlocks: 5 + coinbaseMaturityBlocks - 1,
      }),
      spending(
        "lock time of the height before",
        "accepted",
        signed(client, [spends(minted)], [pays(node, 990)], { lockTime: 19 }),
      ),
      spending(
        "lock time of this height",
        "locked",
        signed(client, [spends(minted)], [pays(node, 990)], { lockTime: 20 }),
      ),
      spending("money into escrow and testament", "accepted", lock),
      claims("an escrow while the job is open, by the node", "no-ruling", 0, node),
      claims("an escrow while the job is open, by its client", "no-ruling", 0, client),
      claims("an escrow awarded to the node", "accepted", 0, node, escrowTo(node)),
      claims("an escrow awarded to the node, by the client", "wrong-key", 0, client, escrowTo(node)),
      claims("an escrow refunded to the client", "accepted", 0, client, escrowTo(client)),
      claims("an escrow refunded to the client, by the node", "wrong-key", 0, node, escrowTo(client)),
      claims("an award for another job", "no-ruling", 0, node, escrowTo(node, "4b".repeat(32))),
      claims("a testament without proof of failed validation", "no-ruling", 1, client),
      claims("a testament with the escrow's award alone", "no-ruling", 1, client, escrowTo(client)),
      claims("a testament by its own node without a ruling", "no-ruling", 1, node),
      claims("a testament with a ruling against the node", "accepted", 1, client, stakeTo(client)),
      claims("a testament with a ruling against the node, by the node", "wrong-key", 1, node, stakeTo(client)),
      claims("a testament with a ruling against another node", "no-ruling", 1, client, stakeTo(client, thief)),
      claims("a testament given back to its node", "accepted", 1, node, stakeTo(node)),
    ],
  },
  {
    file: "pool-add",
    rule: "pool-add",
    about:
      "Taking a transaction into the pool: least fee and output of the preset, replacement by higher sequence (section 2.4, step 4).",
    cases: () => [
      pooled("a fee at the least", "accepted", signed(client, [spends(minted)], [pays(node, 1000 - minFeeUnits)])),
      pooled(
        "a fee below the least",
        "fee-too-low",
        signed(client, [spends(minted)], [pays(node, 1001 - minFeeUnits)]),
      ),
      pooled("a fee of 0", "fee-too-low", signed(client, [spends(minted)], [pays(node, 1000)])),
      pooled("an output above dust", "accepted", signed(client, [spends(minted)], [pays(node, minOutputUnits)])),
      pooled("dust", "dust", signed(client, [spends(minted)], [pays(node, minOutputUnits - 1)])),
      pooled("the same transaction again", "known-transaction", first, [first]),
      pooled("a lone coinbase", "lone-coinbase", coinbase(20, [pays(miner, 50)])),
      pooled("an update with a higher sequence", "accepted", update(6), [first]),
      pooled("an update with the highest sequence", "accepted", update(finalSequence), [first]),
      pooled("an update with the same sequence", "sequence-not-higher", update(5), [first]),
      pooled("an update with a lower sequence", "sequence-not-higher", update(4), [first]),
      pooled(
        "an update of what is final",
        "sequence-not-higher",
        signed(client, [spends(minted, 0, finalSequence)], [pays(thief, 980)]),
        [update(finalSequence)],
      ),
      pooled("an update by somebody else", "wrong-key", signed(thief, [spends(minted, 0, 6)], [pays(thief, 990)]), [
        first,
      ]),
      pooled("what spends a replaced transaction falls with it", "accepted", update(6), [first, child]),
      pooled("spending a transaction that waits", "accepted", child, [first]),
      pooled(
        "spending what the same update throws out",
        "missing-output",
        signed(client, [spends(minted, 0, 6), spends(child)], [pays(client, 900)]),
        [first, child],
      ),
      pooled(
        "higher on one shared output, equal on the other",
        "sequence-not-higher",
        signed(client, [spends(minted, 0, 6), spends(minted, 1, 5)], [pays(thief, 900)]),
        [first, signed(node, [spends(minted, 1, 5)], [pays(node, 390)])],
      ),
    ],
  },
];
