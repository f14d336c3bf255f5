import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holm } from "../../src/statistics/holm.ts";

describe("Holm correction", () => {
  // R's p.adjust(p, "holm") for these; by hand: 5 x 0.01, 4 x 0.02, 3 x 0.03, then never less than the one before.
  test("multiplies by the number of tests left, in the order given", () => {
    const close = (values: number[]) => values.map((value) => expect.closeTo(value, 14));
    expect(holm([0.01, 0.02, 0.03, 0.04, 0.05])).toEqual(close([0.05, 0.08, 0.09, 0.09, 0.09]));
    expect(holm([0.04, 0.001, 0.5, 0.6])).toEqual(close([0.12, 0.004, 1, 1]));
  });

  test("never lowers a p-value, keeps their order, and is Bonferroni for the smallest", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }), (pValues) => {
        const adjusted = holm(pValues);
        const order = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
        for (const [rank, i] of order.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(pValues[i]!);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          if (rank > 0) expect(adjusted[i]).toBeGreaterThanOrEqual(adjusted[order[rank - 1]!]!);
        }
        expect(adjusted[order[0]!]).toBe(Math.min(1, pValues.length * pValues[order[0]!]!));
      }),
    );
  });

  test("refuses what is no p-value, and has nothing to say about nothing", () => {
    expect(() => holm([0.5, 1.2])).toThrow("expected 0 to 1, found 1.2");
    expect(holm([])).toEqual([]);
  });
});
