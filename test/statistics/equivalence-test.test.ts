import { describe, expect, test } from "vitest";
import { Streams } from "../../src/sim/streams.ts";
import { pairedEquivalence, unpairedEquivalence } from "../../src/statistics/equivalence-test.ts";

const draws = (name: string) => new Streams("equivalence").fresh(name);
const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
const first = [0.8, 1.2, 3.1, 2.2, 1.9];
const second = [1, 3.5, 4.1, 2.9, 3.8, 2.5];

describe("two one-sided tests", () => {
  test("of paired differences agree with scipy.stats.permutation_test 1.17, whose larger one counts", () => {
    // Margin 30 eighths of an inch: 0.000336 against -30 or less, 0.1936 against 30 or more.
    expect(pairedEquivalence(maize, 30, draws("unused"))).toBe(0.193603515625);
    expect(
      pairedEquivalence(
        maize.map((d) => -d),
        30,
        draws("unused"),
      ),
    ).toBe(0.193603515625);
  });

  test("of independent samples agree with scipy, too", () => {
    expect(unpairedEquivalence(first, second, 3, draws("unused"))).toBeCloseTo(0.006493506493506494, 14);
    expect(unpairedEquivalence(second, first, 3, draws("unused"))).toBeCloseTo(0.006493506493506494, 14);
  });

  test("few pairs that agree to the last digit show no more than their number can", () => {
    expect(pairedEquivalence([0, 0, 0], 1, draws("unused"))).toBe(1 / 8);
    expect(pairedEquivalence(Array(10).fill(0), 1, draws("unused"))).toBe(2 ** -10);
  });

  test("at the margin itself, an alarm in twenty is false", () => {
    const random = draws("at the margin");
    let shown = 0;
    for (let i = 0; i < 1000; i++) {
      const differences = Array.from({ length: 9 }, () => 1 + random.normal());
      if (pairedEquivalence(differences, 1, random) <= 0.05) shown++;
    }
    expect(shown).toBeLessThan(50 + 3 * Math.sqrt(1000 * 0.05 * 0.95));
    expect(shown).toBeGreaterThan(20);
  });

  test("a margin of nothing is refused", () => {
    expect(() => pairedEquivalence([1], 0, draws("x"))).toThrow("expected a margin above 0, found 0");
    expect(() => unpairedEquivalence([1], [1], Number.NaN, draws("x"))).toThrow("found NaN");
  });
});
