import { describe, expect, test } from "vitest";
import { clopperPearson } from "../../src/statistics/clopper-pearson.ts";
import { zeroEventsUpperBound } from "../../src/statistics/zero-events.ts";

describe("upper bound after no event", () => {
  // J. A. Hanley and A. Lippman-Hand, JAMA 249 (1983): 26 % after 10 and 3.0 % after 100 trials; exact 0.05^(1/n) by hand.
  test("is the published one, and the rule of three for many trials", () => {
    expect(zeroEventsUpperBound(10)).toBeCloseTo(1 - 0.05 ** (1 / 10), 14);
    expect(zeroEventsUpperBound(10).toFixed(2)).toBe("0.26");
    expect(zeroEventsUpperBound(100).toFixed(3)).toBe("0.030");
    expect(zeroEventsUpperBound(1e6) * 1e6).toBeCloseTo(-Math.log(0.05), 5);
  });

  test("keeps its digits where 1 - p is 1: 3.8e14 guesses stay under the published 7.88e-15", () => {
    const trials = Math.round(-Math.log(0.05) * 50257 ** 3);
    expect(zeroEventsUpperBound(trials) * 50257 ** 3).toBeCloseTo(1, 12);
  });

  test("is Clopper-Pearson's with all of the error on one side", () => {
    for (const trials of [1, 7, 200, 100_000])
      expect(zeroEventsUpperBound(trials, 0.975) / clopperPearson(0, trials).high).toBeCloseTo(1, 10);
  });

  test("refuses no trials", () => {
    expect(() => zeroEventsUpperBound(0)).toThrow("expected at least 1 trial, found 0");
  });
});
