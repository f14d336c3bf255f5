import { describe, expect, test } from "vitest";
import { Streams } from "../../src/sim/streams.ts";
import { acceptanceEstimate, acceptanceEstimates } from "../../src/statistics/acceptance-estimate.ts";
import { clusteredBootstrap } from "../../src/statistics/clustered-bootstrap.ts";

const draws = (name: string) => new Streams("bootstrap").fresh(name);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("bootstrap clustered by group", () => {
  test("agrees with all 27 ways to draw three groups, counted one by one", () => {
    const groups = [[1, 3], [10], [4, 4, 10]];
    const pooled = (drawn: readonly number[][]) => mean(drawn.flat());
    const every = groups.flatMap((a) => groups.flatMap((b) => groups.map((c) => pooled([a, b, c]))));
    every.sort((x, y) => x - y);
    const interval = clusteredBootstrap(groups, pooled, draws("27"), { confidence: 0.8, resamples: 40_000 });
    expect(interval.value).toBeCloseTo(32 / 6, 12);
    expect(interval.low).toBeCloseTo(every[Math.floor(0.1 * 27)]!, 12);
    expect(interval.high).toBeCloseTo(every[Math.floor(0.9 * 27)]!, 12);
  });

  test("is as wide as what varies: 40 groups of 25 copies are 40 values, not 1000", () => {
    const random = draws("values");
    const values = Array.from({ length: 40 }, () => random.normal());
    const width = (groups: number[][], name: string) => {
      const { low, high } = clusteredBootstrap(groups, (drawn) => mean(drawn.flat()), draws(name));
      return high - low;
    };
    const copies = values.map((value) => Array<number>(25).fill(value));
    const clustered = width(copies, "clustered");
    const naive = width(
      copies.flat().map((value) => [value]),
      "naive",
    );
    expect(clustered / naive).toBeGreaterThan(4.2); // sqrt(25) = 5
    expect(clustered / naive).toBeLessThan(5.8);
  });

  test("one stream, one interval; another, another", () => {
    const groups = [[1], [2], [5], [9], [11], [30]];
    const interval = (name: string) => clusteredBootstrap(groups, (drawn) => mean(drawn.flat()), draws(name));
    expect(interval("a")).toEqual(interval("a"));
    expect(interval("a")).not.toEqual(interval("b"));
  });

  test("refuses one group, and a statistic that breaks down in a resample", () => {
    expect(() => clusteredBootstrap([[1]], () => 1, draws("x"))).toThrow("expected at least 2 groups, found 1");
    expect(() => clusteredBootstrap([1, 2], () => Number.NaN, draws("x"))).toThrow("statistic is NaN");
  });
});

describe("mean acceptance over prompts", () => {
  // scipy.stats.bootstrap 1.17 over (sum, count) pairs, percentile, 400,000 resamples.
  const byPrompt = [[0.1, 0.2], [0.9], [0.3, 0.4, 0.4], [0.7, 0.8], [0.2], [0.6, 0.5], [0.05, 0], [1, 0.9, 0.8]];
  test("agrees with scipy", () => {
    const estimate = acceptanceEstimate(byPrompt, draws("scipy"), { resamples: 40_000 });
    expect(estimate.value).toBeCloseTo(0.490625, 12);
    expect(Math.abs(estimate.low - 0.26)).toBeLessThan(0.004);
    expect(Math.abs(estimate.high - 0.7166666666666667)).toBeLessThan(0.004);
  });

  test("never seen is not never: 0 in 100 prompts of two seeds is bounded as 0 in 100", () => {
    const none = Array.from({ length: 100 }, () => [0, 0]);
    expect(acceptanceEstimate(none, draws("none"))).toMatchObject({ value: 0, low: 0 });
    expect(acceptanceEstimate(none, draws("none")).high).toBeCloseTo(1 - 0.025 ** (1 / 100), 10);
    const always = none.map((seeds) => seeds.map(() => 1));
    expect(acceptanceEstimate(always, draws("all"))).toMatchObject({ value: 1, high: 1 });
    expect(acceptanceEstimate(always, draws("all")).low).toBeCloseTo(0.025 ** (1 / 100), 10);
  });

  test("7.88e-15 survives", () => {
    const tiny = Array.from({ length: 50 }, (_, i) => [50257 ** -3 * (i % 2)]);
    const { value, low, high } = acceptanceEstimate(tiny, draws("tiny"));
    expect(value / (50257 ** -3 / 2)).toBeCloseTo(1, 12);
    expect(low).toBeGreaterThan(2e-15);
    expect(high).toBeLessThan(6e-15);
  });

  test("several schemes over the same resamples: each as if it were alone", () => {
    const outputs = byPrompt.map((values) => values.map((value) => [value, value ** 2, 0]));
    const [first, second, none] = acceptanceEstimates(outputs, draws("together"));
    const alone = (of: (value: number) => number) =>
      acceptanceEstimate(
        byPrompt.map((values) => values.map(of)),
        draws("together"),
      );
    for (const [estimate, expected] of [
      [first!, alone((value) => value)],
      [second!, alone((value) => value ** 2)],
      [none!, alone(() => 0)],
    ] as const) {
      expect(estimate.value).toBeCloseTo(expected.value, 12);
      expect(estimate.low).toBeCloseTo(expected.low, 12);
      expect(estimate.high).toBeCloseTo(expected.high, 12);
    }
    expect(() => acceptanceEstimates([[[0.5]], [[0.5, 0.5]]], draws("x"))).toThrow("expected 1 values from 0 to 1");
  });

  test("refuses what is no probability", () => {
    expect(() => acceptanceEstimate([[0.5], [1.5]], draws("x"))).toThrow("expected 0 to 1, found 1.5");
    expect(() => acceptanceEstimate([[], []], draws("x"))).toThrow("expected at least 1 values, found 0");
  });
});
