import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testable } from "../../src/statistics/tarone.ts";

describe("which tests can reject", () => {
  test("by hand: of four, two can never come below 0.05, so only the others share it", () => {
    expect(testable([0.001, 0.02, 0.5, 1], 0.05)).toEqual([true, true, false, false]);
    // One more that reaches 0.05 / 2 but not 0.05 / 3: with K = 3 it is out, and two are left.
    expect(testable([0.001, 0.01, 0.02, 1], 0.05)).toEqual([true, true, false, false]);
  });

  test("tests that can all give anything are Bonferroni's and Holm's: all of them", () => {
    expect(testable(Array(20).fill(0), 0.05)).toEqual(Array(20).fill(true));
    expect(testable(Array(20).fill(0.05), 0.05)).toEqual(Array(20).fill(false));
    expect(testable([], 0.05)).toEqual([]);
  });

  test("those that can reject can do so after division by their number", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (least) => {
        const can = testable(least, 0.05);
        const chosen = least.filter((_, i) => can[i]);
        for (const p of chosen) expect(p).toBeLessThanOrEqual(0.05 / Math.max(1, chosen.length));
      }),
    );
  });
});
