import { describe, expect, test } from "vitest";
import { meanOverRuns, ratioOverRuns } from "../../src/statistics/over-runs.ts";

describe("over runs", () => {
  test("a mean has Student's interval", () => {
    const { value, low, high } = meanOverRuns([1, 2, 3, 4]);
    expect(value).toBe(2.5);
    // t = 3.1824 with three degrees of freedom, standard error 0.6455.
    expect(high - value).toBeCloseTo(2.0542, 3);
    expect(value - low).toBeCloseTo(2.0542, 3);
  });

  test("one run has no interval", () => {
    expect(meanOverRuns([5])).toMatchObject({ value: 5, low: -Infinity, high: Infinity });
  });

  test("a ratio is a geometric mean: two times as long and half as long are no difference", () => {
    expect(
      ratioOverRuns([
        [2, 1],
        [1, 2],
      ]).value,
    ).toBeCloseTo(1, 12);
  });
});
