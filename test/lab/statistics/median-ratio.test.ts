import seedrandom from "seedrandom";
import { describe, expect, test } from "vitest";
import { type Draws, medianRatioInterval } from "../../../src/lab/statistics/median-ratio.ts";

const drawsOf = (seed: string): Draws => {
  const generator = seedrandom.alea(seed);
  return { below: (n) => Math.floor(generator.double() * n) };
};

describe("ratio of medians", () => {
  test("agrees with scipy.stats.bootstrap (percentile, 400,000 resamples)", () => {
    const generate = [1061, 1010, 1100, 1055, 1200, 990, 1043];
    const verify = [350, 362, 348, 401, 339, 355];
    const ratio = medianRatioInterval(generate, verify, drawsOf("scipy"), { resamples: 40_000 });
    expect(ratio.value).toBeCloseTo(2.99290780141844, 12);
    expect(ratio.low).toBeCloseTo(2.759259259259259, 2);
    expect(ratio.high).toBeCloseTo(3.151862464183381, 2);
  });

  test("agrees with every resample of three against three, counted one by one", () => {
    const [above, below] = [
      [10, 13, 20],
      [2, 3, 7],
    ] as const;
    const medians = (sample: readonly number[]) =>
      sample.flatMap((a) => sample.flatMap((b) => sample.map((c) => [a, b, c].sort((x, y) => x - y)[1]!)));
    const every = medians(above).flatMap((a) => medians(below).map((b) => a / b));
    every.sort((x, y) => x - y);
    const ratio = medianRatioInterval(above, below, drawsOf("exact"), { confidence: 0.8, resamples: 40_000 });
    expect(ratio.low).toBe(every[Math.floor(0.1 * every.length)]);
    expect(ratio.high).toBe(every[Math.floor(0.9 * every.length)]);
  });

  test("one seed, one interval; another seed, another", () => {
    const samples = [
      [11, 12, 15, 18, 19.5, 23],
      [3, 3.1, 3.7, 4.9, 5.5],
    ] as const;
    const interval = (seed: string) => medianRatioInterval(...samples, drawsOf(seed), { resamples: 50 });
    expect(interval("a")).toEqual(interval("a"));
    expect(interval("a")).not.toEqual(interval("b"));
  });

  test("refuses a denominator that reaches 0", () => {
    expect(() => medianRatioInterval([1], [0, 1], drawsOf("x"))).toThrow("expected values above 0");
  });
});
