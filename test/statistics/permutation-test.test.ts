import { describe, expect, test } from "vitest";
import { Streams } from "../../src/sim/streams.ts";
import {
  leastPermutation,
  leastSignFlip,
  permutationTest,
  signFlipTest,
} from "../../src/statistics/permutation-test.ts";

const draws = (name: string) => new Streams("permutations").fresh(name);

// Darwin's 15 pairs of crossed and self-fertilised maize, in eighths of an inch.
const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe("sign-flip test", () => {
  test("of Darwin's maize: 1726 of 32768 sign assignments, as Fisher counted (The Design of Experiments, section 21)", () => {
    expect(signFlipTest(maize, draws("unused"))).toBe(1726 / 32768);
  });

  test("draws assignments where there are too many, and agrees with the count", () => {
    const padded = [...maize, 0, 0, 0]; // zeros change no sum
    const p = signFlipTest(padded, draws("drawn"), { resamples: 40_000 });
    expect(Math.abs(p - 1726 / 32768)).toBeLessThan(4 * Math.sqrt((0.0527 * 0.9473) / 40_000));
    expect(signFlipTest(Array(40).fill(1), draws("far"), { resamples: 999 })).toBe(1 / 1000);
  });

  test("no difference is no evidence; equal sums that rounding tells apart are ties", () => {
    expect(signFlipTest([0, 0, 0], draws("none"))).toBe(1);
    // In tenths every sum is odd, so at least 1 from 0; in binary four of the 16 seem to fall short.
    expect(signFlipTest([0.1, -0.3, 0.2, 0.1], draws("ties"))).toBe(1);
  });
});

describe("one-sided", () => {
  test("each pair of tails adds up: what is as large or larger, what is as small or smaller", () => {
    const up = signFlipTest(maize, draws("unused"), { alternative: "greater" });
    const down = signFlipTest(
      maize.map((d) => -d),
      draws("unused"),
      { alternative: "greater" },
    );
    expect(up).toBe(863 / 32768); // half of Fisher's count
    expect(up + down).toBeGreaterThan(1);
    const [first, second] = [
      [5, 6],
      [1, 2],
    ];
    expect(permutationTest(first!, second!, draws("unused"), { alternative: "greater" })).toBeCloseTo(1 / 6, 14);
    expect(permutationTest(second!, first!, draws("unused"), { alternative: "greater" })).toBe(1);
  });
});

describe("the least p-value", () => {
  test("is what samples give that could not lie further apart", () => {
    for (const alternative of ["two-sided", "greater"] as const) {
      for (const n of [1, 3, 10, 30])
        expect(leastSignFlip(n, { alternative })).toBe(signFlipTest(Array(n).fill(1), draws("far"), { alternative }));
      for (const [n, m] of [
        [3, 3],
        [2, 5],
        [4, 3],
      ] as const)
        expect(leastPermutation(n, m, { alternative })).toBeCloseTo(
          permutationTest(Array(n).fill(9), Array(m).fill(1), draws("far"), { alternative }),
          14,
        );
    }
    expect(leastPermutation(20, 20)).toBe(1 / 10_001);
    expect(leastSignFlip(0)).toBe(1);
  });
});

describe("permutation test", () => {
  const first = [0.8, 1.2, 3.1, 2.2, 1.9];
  const second = [1, 3.5, 4.1, 2.9, 3.8, 2.5];

  test("agrees with scipy.stats.permutation_test 1.10 over all 462 ways", () => {
    expect(permutationTest(first, second, draws("unused"))).toBeCloseTo(0.10822510822510822, 14);
    expect(permutationTest(second, first, draws("unused"))).toBeCloseTo(0.10822510822510822, 14);
  });

  test("deals at random where there are too many ways", () => {
    const [many, more] = [Array.from({ length: 14 }, (_, i) => i), Array.from({ length: 14 }, (_, i) => i + 0.25)];
    const p = permutationTest(many, more, draws("same"), { resamples: 4000 });
    expect(p).toBeGreaterThan(0.8);
    const apart = more.map((value) => value + 100);
    expect(permutationTest(many, apart, draws("apart"), { resamples: 999 })).toBe(1 / 1000);
  });

  test("under no difference, p is below 0.1 in a tenth of the cases", () => {
    const random = draws("null");
    let small = 0;
    for (let i = 0; i < 400; i++) {
      const sample = () => Array.from({ length: 5 }, () => random.normal());
      if (permutationTest(sample(), sample(), random) <= 0.1) small++;
    }
    expect(Math.abs(small - 40)).toBeLessThan(4 * Math.sqrt(400 * 0.1 * 0.9));
  });

  test("refuses nothing", () => {
    expect(() => permutationTest([], [1], draws("x"))).toThrow("expected at least 1 values, found 0");
    expect(() => signFlipTest([Number.NaN], draws("x"))).toThrow("found NaN");
  });
});
