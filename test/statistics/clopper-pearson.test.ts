import { describe, expect, test } from "vitest";
import { clopperPearson } from "../../src/statistics/clopper-pearson.ts";

describe("Clopper-Pearson interval", () => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 5.
  test.each([
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])("of %i in %i, as published", (events, trials, low, high) => {
    const interval = clopperPearson(events, trials);
    expect(interval.value).toBe(events / trials);
    expect([interval.low.toFixed(4), interval.high.toFixed(4)]).toEqual([low.toFixed(4), high.toFixed(4)]);
  });

  // scipy.stats.binomtest 1.17, method "exact"; the low end of 3 in 100,000 from mpmath (40 digits), since scipy is off by 7e-9.
  test.each([
    [29, 29, 0.95, 0.8805551309302788, 1],
    [3, 100_000, 0.95, 6.186763958922031e-6, 8.767020256784099e-5],
    [50_000, 100_000, 0.95, 0.4968960624917999, 0.5031039375082001],
    [7, 50, 0.9999, 0.019418905235307246, 0.40363507735309034],
  ])("of %i in %i at %f, to nine digits", (events, trials, confidence, low, high) => {
    const interval = clopperPearson(events, trials, confidence);
    expect(interval.low / low).toBeCloseTo(1, 9);
    expect(interval.high / high).toBeCloseTo(1, 9);
  });

  test("is the inversion of the binomial test: each end leaves 2.5 % beyond the count", () => {
    const [events, trials] = [4, 17];
    const term = (p: number, k: number): number => {
      let ways = 1;
      for (let i = 0; i < k; i++) ways *= (trials - i) / (i + 1);
      return ways * p ** k * (1 - p) ** (trials - k);
    };
    const sum = (p: number, from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => term(p, from + i)).reduce((a, b) => a + b);
    const { low, high } = clopperPearson(events, trials);
    expect(sum(low, events, trials)).toBeCloseTo(0.025, 10);
    expect(sum(high, 0, events)).toBeCloseTo(0.025, 10);
  });

  test("refuses what is no count", () => {
    expect(() => clopperPearson(1, 0)).toThrow("expected at least 1 trial, found 0");
    expect(() => clopperPearson(5, 4)).toThrow("expected 0 to 4 events, found 5");
    expect(() => clopperPearson(0.5, 4)).toThrow("expected 0 to 4 events, found 0.5");
    expect(() => clopperPearson(1, 4, 1)).toThrow("expected a confidence between 0 and 1, found 1");
  });
});
