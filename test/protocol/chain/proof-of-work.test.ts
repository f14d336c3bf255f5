import { hexToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { encodeHeader, type Header, headerHash } from "../../../src/protocol/chain/block.ts";
import {
  easiestTarget,
  mine,
  retarget,
  workAssumed,
  workHolds,
  workOf,
} from "../../../src/protocol/chain/proof-of-work.ts";
import { minimal } from "./chains.ts";

const header: Header = {
  timestampMs: 1_700_000_000_000,
  previousHash: "11".repeat(32),
  transactionsHash: "22".repeat(32),
  nonce: 7,
};
const asNumber = (hash: string) => BigInt(`0x${hash}`);

describe("work", () => {
  test("the hash may equal the target, and not exceed it", () => {
    const hash = asNumber(headerHash(header));
    expect(workHolds(header, hash)).toBe(true);
    expect(workHolds(header, hash - 1n)).toBe(false);
    expect(workAssumed(header, 0n)).toBe(true);
  });

  test("the expected number of hashes", () => {
    expect(workOf((1n << 256n) - 1n)).toBe(1n);
    expect(workOf((1n << 250n) - 1n)).toBe(64n);
    expect(workOf((1n << 224n) - 1n)).toBe(2n ** 32n);
    expect(workOf(0n)).toBe(2n ** 256n);
    expect(easiestTarget(minimal)).toBe(2n ** 250n - 1n);
  });
});

describe("mining", () => {
  const target = easiestTarget(minimal);

  test("finds the first nonce that reaches the target", () => {
    const mined = mine(header, target)!;
    expect(workHolds(mined, target)).toBe(true);
    expect(mined).toEqual({ ...header, nonce: mined.nonce });
    for (let nonce = 0; nonce < mined.nonce; nonce++) expect(workHolds({ ...header, nonce }, target)).toBe(false);
    expect(mine(header, target, mined.nonce)).toEqual(mined);
    expect(mine(header, target, mined.nonce, 1)).toEqual(mined);
    expect(mine(header, target, 0, mined.nonce)).toBeUndefined();
    expect(mine(header, target, mined.nonce + 1)!.nonce).toBeGreaterThan(mined.nonce);
  });

  test("a target of exactly the hash is reached, one less is not", () => {
    const hash = asNumber(headerHash({ ...header, nonce: 5 }));
    expect(mine(header, hash, 5, 1)).toEqual({ ...header, nonce: 5 });
    expect(mine(header, hash - 1n, 5, 1)).toBeUndefined();
  });

  test("the nonce has 32 bits and no more", () => {
    const last = mine(header, 2n ** 256n - 1n, 0xffff_ffff)!;
    expect(last.nonce).toBe(0xffff_ffff);
    expect(encodeHeader(last).subarray(72)).toEqual(hexToBytes("ffffffff"));
    expect(mine(header, 0n, 0xffff_fffe)).toBeUndefined();
  });
});

describe("retargeting in the minimal preset: four blocks should take 4000 ms", () => {
  const target = 1n << 240n;

  test.each([
    ["on time", 4000, target],
    ["twice as fast", 2000, target / 2n],
    ["a millisecond faster", 3999, (target * 3999n) / 4000n],
    ["three times as slow", 12_000, target * 3n],
    ["four times as fast: the limit", 1000, target / 4n],
    ["faster than the limit", 999, target / 4n],
    ["in no time", 0, target / 4n],
    ["backwards in time", -50, target / 4n],
    ["four times as slow: the limit", 16_000, target * 4n],
    ["slower than the limit", 16_001, target * 4n],
  ])("%s", (_, actualMs, expected) => {
    expect(retarget(target, actualMs, minimal)).toBe(expected);
  });

  test("it never becomes easier than the start", () => {
    const easiest = easiestTarget(minimal);
    expect(retarget(easiest, 4001, minimal)).toBe(easiest);
    expect(retarget(easiest - 1n, 16_000, minimal)).toBe(easiest);
    expect(retarget(easiest, 4000, minimal)).toBe(easiest);
    expect(retarget(easiest / 2n, 8000, minimal)).toBe((easiest / 2n) * 2n);
  });

  test("an expected time that the limit does not divide is rounded up", () => {
    const odd = { ...minimal, blockIntervalMs: 3, retargetIntervalBlocks: 1, retargetLimit: 2 };
    expect(retarget(300n, 1, odd)).toBe(200n);
  });
});
