import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distinctBelow, uniformBelow, wordStream } from "../../src/protocol/draws.ts";

const words = (seed: number) => wordStream(new Uint8Array(32).fill(seed));

describe("draws from agreed randomness", () => {
  test("the first words are those of two SHA-256 digests computed elsewhere", () => {
    // printf 'camelid/draws/1' followed by 32 zero bytes and counter 00000000, then 01000000, through sha256sum.
    const next = words(0);
    const drawn = Array.from({ length: 10 }, next);
    const bytes = new Uint8Array(new Uint32Array(drawn).buffer);
    expect(bytesToHex(bytes)).toBe("a6c8c55bf587519e4423f6f8ca791663b9e616763b9b36dbcf4d15fb19d526f81ea03161eb52bd0a");
  });

  test("a word in the incomplete last run is thrown away", () => {
    // 2^32 = 3 * 1431655765 + 1: only the last word is unfair for three values.
    const fixed = [0xffffffff, 0xfffffffe, 0];
    const next = () => fixed.shift()!;
    expect(uniformBelow(3, next)).toBe(2);
    expect(uniformBelow(3, next)).toBe(0);
    expect(fixed).toEqual([]);
  });

  test("bounds 1 and 2^32 throw nothing away", () => {
    expect(uniformBelow(1, () => 0xffffffff)).toBe(0);
    expect(uniformBelow(2 ** 32, () => 0xffffffff)).toBe(0xffffffff);
  });

  test("a hand-worked shuffle: places swapped out of the way come back where they were put", () => {
    // bound 4: offsets 2, 0, 1 of the 4, 3, 2 values left give 2; then 1; then place 2 now holds 0, place 3 holds 3.
    const offsets = [2, 0, 1];
    expect(distinctBelow(4, 3, () => offsets.shift()!)).toEqual([2, 1, 3]);
    const others = [2, 0, 0, 0];
    expect(distinctBelow(4, 4, () => others.shift()!)).toEqual([2, 1, 0, 3]);
  });

  test("numbers are different, inside the bound, as many as asked or as there are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.nat(400), fc.nat(255), (bound, count, seed) => {
        const drawn = distinctBelow(bound, count, words(seed));
        expect(drawn.length).toBe(Math.min(bound, count));
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn.every((value) => value >= 0 && value < bound)).toBe(true);
      }),
    );
  });

  test("every ordered pair of 5 comes equally often (chi-square, 19 degrees of freedom, 99.9 % point 43.8)", () => {
    const counts = new Map<string, number>();
    const next = words(7);
    const rounds = 20_000;
    for (let i = 0; i < rounds; i += 1) {
      const key = distinctBelow(5, 2, next).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const expected = rounds / 20;
    const chiSquare = [...counts.values()].reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(20);
    expect(chiSquare).toBeLessThan(43.8);
  });
});
