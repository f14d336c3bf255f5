import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betaDistribution } from "../../src/statistics/beta-distribution.ts";
import { betaQuantile } from "../../src/statistics/beta-quantile.ts";

describe("beta quantile", () => {
  // scipy.stats.beta.ppf 1.17.
  test.each([
    [0.025, 2, 29, 0.008178134460656307],
    [0.5, 1.5, 200, 0.00589014624585566],
    [1e-12, 3, 5, 3.0572005515094334e-5],
    [0.975, 0.5, 0.5, 0.9984586668665639],
    [1e-15, 1, 1e6, 1.0000000000000007e-21],
    [0.999999, 40, 2, 0.9999650626214412],
    [0.3, 5000, 7000, 0.41430320665063997],
  ])("at %f of Beta(%f, %f)", (p, a, b, expected) => {
    expect(betaQuantile(p, a, b) / expected).toBeCloseTo(1, 9);
  });

  test("undoes the distribution", () => {
    // From 1 on: below, the density at the ends is infinite and neighbouring doubles lie 1e-8 apart in p.
    const shape = fc.double({ min: 1, max: 300, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), shape, shape, (p, a, b) => {
        expect(betaDistribution(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 9);
      }),
    );
  });
});
