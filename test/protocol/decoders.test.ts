/**
 * Bytes from the network are anything: 100,000 random and mutated strings through every decoder of money and chain. Each gives
 * a value that encodes to the same bytes, or a rejection at a byte that was read; no decoder reads further or throws.
 */
import { expect, test } from "vitest";
import { coinbase, decodeBlock, decodeHeader, encodeBlock, encodeHeader } from "../../src/protocol/chain/block.ts";
import { decodeTransaction, encodeTransaction, signTransaction } from "../../src/protocol/transaction.ts";
import type { Decoded } from "../../src/protocol/wire.ts";
import { genesis } from "./chain/chains.ts";
import { client, job, miner, node, pays, spends, unsigned } from "./people.ts";

const funding = coinbase(7, [pays(client, 500), pays(client, 300)], "c0ffee");
const payment = signTransaction(
  unsigned(
    [spends(funding, 0, 2), spends(funding, 1)],
    [
      pays(node, 100),
      { value: 2 ** 40, scriptPubKey: { kind: "escrow", jobId: job } },
      { value: 40, scriptPubKey: { kind: "testament", jobId: job, node: node.keyHash } },
      ...Array.from({ length: 260 }, () => pays(miner, 1)),
    ],
    { lockTime: 258, jobId: job },
  ),
  [client.secretKey],
);
const shortPayment = { ...payment, outputs: payment.outputs.slice(0, 3) };

/** 32-bit numbers from a seed (Marsaglia's xorshift), so that every run tries the same strings. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Bytes that counts and lengths are made of come more often than others. */
const telling = [0x00, 0x01, 0x02, 0xfc, 0xfd, 0xfe, 0xff];

function mutated(good: Uint8Array, next: () => number): Uint8Array {
  const bytes = Uint8Array.from(good);
  for (let changes = 1 + (next() % 3); changes > 0; changes--) {
    const place = next() % bytes.length;
    const kind = next() % 5;
    if (kind === 0) bytes[place] = telling[next() % telling.length]!;
    else if (kind === 1) bytes[place] = next();
    else if (kind === 2) bytes[place]! ^= 1 << (next() % 8);
    else if (kind === 3) return bytes.slice(0, place);
    else bytes.copyWithin(place, next() % bytes.length);
  }
  return bytes;
}

function randomBytes(next: () => number): Uint8Array {
  const bytes = new Uint8Array(next() % 200);
  for (let i = 0; i < bytes.length; i++) bytes[i] = next() % 3 === 0 ? telling[next() % telling.length]! : next();
  return bytes;
}

const codes = new Set([
  "truncated",
  "trailing-bytes",
  "count-too-large",
  "length-too-large",
  "number-too-large",
  "varint-not-minimal",
  "unknown-condition",
]);

interface Kind<T> {
  readonly good: readonly Uint8Array[];
  readonly decode: (bytes: Uint8Array) => Decoded<T>;
  readonly encode: (value: T) => Uint8Array;
}

function tryAll<T>({ good, decode, encode }: Kind<T>, count: number, seed: number) {
  const next = numbers(seed);
  const seen = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const bytes = i % 4 === 0 ? randomBytes(next) : mutated(good[next() % good.length]!, next);
    // A byte after the string that no decoder may touch: it stands in a larger buffer.
    const padded = new Uint8Array(bytes.length + 8).fill(0x01);
    padded.set(bytes);
    const decoded = decode(padded.subarray(0, bytes.length));
    const verdict = decoded.ok ? "decoded" : decoded.rejection.code;
    seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
    if (decoded.ok) {
      if (!sameBytes(encode(decoded.value), bytes)) throw new Error(`another encoding of the same value: ${bytes}`);
    } else {
      const { code, offset } = decoded.rejection;
      if (!codes.has(code) || !(offset >= 0 && offset <= bytes.length))
        throw new Error(`${code} at ${offset}: ${bytes}`);
    }
  }
  return seen;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

test("50,000 strings as transactions", () => {
  const seen = tryAll(
    {
      good: [funding, payment, shortPayment].map(encodeTransaction),
      decode: decodeTransaction,
      encode: encodeTransaction,
    },
    50_000,
    1,
  );
  expect(new Set(seen.keys())).toEqual(new Set([...codes, "decoded"]));
  expect(seen.get("decoded")).toBeGreaterThan(1000);
});

test("10,000 strings as headers", () => {
  const seen = tryAll({ good: [encodeHeader(genesis.header)], decode: decodeHeader, encode: encodeHeader }, 10_000, 2);
  expect(new Set(seen.keys())).toEqual(new Set(["truncated", "trailing-bytes", "number-too-large", "decoded"]));
});

test("40,000 strings as blocks", () => {
  const block = { header: genesis.header, transactions: [funding, shortPayment, funding] };
  const seen = tryAll(
    { good: [encodeBlock(genesis), encodeBlock(block)], decode: decodeBlock, encode: encodeBlock },
    40_000,
    3,
  );
  expect(new Set(seen.keys())).toEqual(new Set([...codes, "decoded"]));
});
