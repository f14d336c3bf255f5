import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { median, medianInterval } from "../../src/statistics/median.ts";

const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe("median interval", () => {
  // Ranks and exact coverage from the binomial distribution (scipy.stats.binom 1.17); nonparametric tables print the same.
  test.each([
    [6, 1, 6, 0.96875],
    [9, 2, 8, 0.9609375],
    [10, 2, 9, 0.978515625],
    [15, 4, 12, 0.96484375],
    [20, 6, 15, 0.9586105346679688],
    [25, 8, 18, 0.9567147493362427],
    [50, 18, 33, 0.9671608624357315],
    [100, 40, 61, 0.9647997997822951],
  ])("of %i values at 95 %% runs from rank %i to %i", (n, low, high, coverage) => {
    const interval = medianInterval(oneTo(n).reverse());
    expect([interval.low, interval.high]).toEqual([low, high]);
    expect(interval.confidence).toBeCloseTo(coverage, 12);
  });

  test("too few values for 95 % give their range and say what it is worth", () => {
    expect(medianInterval([7, 5, 6])).toEqual({ value: 6, low: 5, high: 7, confidence: 0.75 });
    expect(medianInterval([4, 1, 3, 2, 5]).confidence).toBe(0.9375);
    expect(medianInterval([42])).toEqual({ value: 42, low: 42, high: 42, confidence: 0 });
  });

  test("2000 values: the tail is summed in logarithms, nothing underflows", () => {
    const { low, high, confidence } = medianInterval(oneTo(2000));
    expect([low, high]).toEqual([956, 1045]);
    expect(confidence).toBeCloseTo(0.9534, 4);
  });

  test("contains the median, and scales and shifts with the data", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 }), (sample) => {
        const { value, low, high } = medianInterval(sample);
        expect(low).toBeLessThanOrEqual(value);
        expect(value).toBeLessThanOrEqual(high);
        const moved = medianInterval(sample.map((x) => 4 * x + 3));
        expect([moved.value, moved.low, moved.high]).toEqual([4 * value + 3, 4 * low + 3, 4 * high + 3]);
      }),
    );
  });

  test("the median of an even count is the mean of the middle two; nothing is sorted as text", () => {
    expect(median([10, 9, 100, 1])).toBe(9.5);
  });

  test("refuses what has no median", () => {
    expect(() => median([])).toThrow("median: expected at least 1 values, found 0");
    expect(() => medianInterval([1, Number.NaN])).toThrow("expected finite numbers, found NaN");
  });
});
