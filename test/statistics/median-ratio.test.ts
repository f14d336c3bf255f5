import seedrandom from "seedrandom";
import { describe, expect, test } from "vitest";
import { type Draws, medianRatioInterval } from "../../src/statistics/median-ratio.ts";

const drawsOf = (seed: string): Draws => {
  const generator = seedrandom.alea(seed);
  return { below: (n) => Math.floor(generator.double() * n) };
};

describe("ratio of medians", () => {
  test("agrees with scipy.stats.bootstrap (paired, percentile, 400,000 resamples)", () => {
    const generate = [1061, 1010, 1100, 1055, 1200, 990, 1043];
    const verify = [350, 362, 348, 401, 339, 355, 347];
    const pairs = generate.map((ms, i) => [ms, verify[i]!] as const);
    const ratio = medianRatioInterval(pairs, drawsOf("scipy"), { resamples: 40_000 });
    expect(ratio.value).toBeCloseTo(3.0142857142857142, 12);
    expect(ratio.low).toBeCloseTo(2.7900552486187844, 2);
    expect(ratio.high).toBeCloseTo(3.170028818443804, 2);
  });

  test("agrees with all 27 resamples of three pairs, counted one by one", () => {
    const pairs = [
      [10, 2],
      [13, 3],
      [20, 7],
    ] as const;
    const middle = (values: number[]) => values.sort((x, y) => x - y)[1]!;
    const every = pairs.flatMap((a) =>
      pairs.flatMap((b) => pairs.map((c) => middle([a[0], b[0], c[0]]) / middle([a[1], b[1], c[1]]))),
    );
    every.sort((x, y) => x - y);
    const ratio = medianRatioInterval(pairs, drawsOf("exact"), { confidence: 0.8, resamples: 40_000 });
    expect(ratio.low).toBe(every[Math.floor(0.1 * every.length)]);
    expect(ratio.high).toBe(every[Math.floor(0.9 * every.length)]);
  });

  test("what moves both alike leaves no width", () => {
    const pairs = [1, 2, 3, 4, 5, 6, 7].map((mood) => [30 * mood, 10 * mood] as const);
    expect(medianRatioInterval(pairs, drawsOf("mood"))).toMatchObject({ value: 3, low: 3, high: 3 });
  });

  test("one seed, one interval; another seed, another", () => {
    const pairs = [11, 12, 15, 18, 19.5, 23].map((ms, i) => [ms, 3 + i ** 2] as const);
    const interval = (seed: string) => medianRatioInterval(pairs, drawsOf(seed), { resamples: 50 });
    expect(interval("a")).toEqual(interval("a"));
    expect(interval("a")).not.toEqual(interval("b"));
  });

  test("refuses a denominator that reaches 0", () => {
    expect(() => medianRatioInterval([[1, 0]], drawsOf("x"))).toThrow("expected values above 0");
  });
});
