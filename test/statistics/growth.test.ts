import { describe, expect, test } from "vitest";
import { fitLine, growthExponent } from "../../src/statistics/growth.ts";

// NIST Statistical Reference Datasets, "Norris" (calibration of ozone monitors): y, x.
const norris = [
  [0.1, 0.2],
  [338.8, 337.4],
  [118.1, 118.2],
  [888.0, 884.6],
  [9.2, 10.1],
  [228.1, 226.5],
  [668.5, 666.3],
  [998.5, 996.3],
  [449.1, 448.6],
  [778.9, 777.0],
  [559.2, 558.2],
  [0.3, 0.4],
  [0.1, 0.6],
  [778.1, 775.5],
  [668.8, 666.9],
  [339.3, 338.0],
  [448.9, 447.5],
  [10.8, 11.6],
  [557.7, 556.0],
  [228.3, 228.1],
  [998.0, 995.8],
  [888.8, 887.6],
  [119.6, 120.2],
  [0.3, 0.3],
  [0.6, 0.3],
  [557.6, 556.8],
  [339.3, 339.1],
  [888.0, 887.2],
  [998.5, 999.0],
  [778.9, 779.0],
  [10.2, 11.1],
  [117.6, 118.3],
  [228.9, 229.2],
  [668.4, 669.1],
  [449.2, 448.9],
  [0.2, 0.5],
] as const;

describe("line fit", () => {
  test("gives NIST's certified slope, intercept and standard error for Norris", () => {
    const fit = fitLine(norris.map(([y, x]) => ({ x, y })));
    expect(fit.slope).toBeCloseTo(1.00211681802045, 12);
    expect(fit.intercept).toBeCloseTo(-0.262323073774029, 11);
    expect(fit.slopeError).toBeCloseTo(0.429796848199937e-3, 12);
  });
});

describe("growth exponent", () => {
  // The published bars from 100 tokens on; expected values from scipy.stats.linregress on the logarithms.
  test("of the published generation times is about 1, of the published verification times well above 0", () => {
    const tokens = [100, 250, 500, 1000];
    const of = (times: readonly number[]) => growthExponent(tokens.map((x, i) => ({ x, y: times[i]! })));
    const generate = of([5380, 13800, 29590, 49470]);
    expect(generate.value).toBeCloseTo(0.9789773196199588, 12);
    expect([generate.low, generate.high]).toEqual([
      expect.closeTo(0.7591610867723688, 9),
      expect.closeTo(1.1987935524675488, 9),
    ]);
    const verify = of([1050, 1290, 2810, 4440]);
    expect([verify.low, verify.high]).toEqual([
      expect.closeTo(0.11136330153572938, 9),
      expect.closeTo(1.2082242901385667, 9),
    ]);
  });

  test("an exact power law has a slope and no width", () => {
    const points = [1, 2, 4, 8].map((x) => ({ x, y: 3 * x ** 2 }));
    const exponent = growthExponent(points);
    expect(exponent.value).toBeCloseTo(2, 12);
    expect(exponent.high - exponent.low).toBeLessThan(1e-6);
  });

  test("refuses two points, a time of 0, and one size measured over and over", () => {
    expect(() => growthExponent([{ x: 1, y: 1 }])).toThrow("expected at least 3 points, found 1");
    expect(() => growthExponent([{ x: 1, y: 0 }])).toThrow("expected values above 0, found (1, 0)");
    expect(() => growthExponent([1, 2, 3].map((y) => ({ x: 5, y })))).toThrow("two different x");
  });
});
