import { describe, expect, test } from "vitest";
import { betaDistribution } from "../../src/statistics/beta-distribution.ts";
import { studentTDistribution, studentTQuantile } from "../../src/statistics/student-t.ts";

// Expected values: scipy 1.17 (scipy.special.betainc, scipy.stats.t); the quantiles are those of every printed t table.
describe("beta distribution", () => {
  test.each([
    [2, 3, 0.4, 0.5247999999999999],
    [0.5, 0.5, 0.1, 0.20483276469913345],
    [10, 1, 0.9, 0.34867844010000004],
    [50, 60, 0.5, 0.8309072939016693],
    [1.5, 200, 0.01, 0.7412388483060051],
  ])("I(a = %f, b = %f) at %f", (a, b, x, expected) => {
    expect(betaDistribution(x, a, b)).toBeCloseTo(expected, 12);
  });

  test("is 0 and 1 at the ends of its range", () => {
    expect([betaDistribution(0, 2, 3), betaDistribution(1, 2, 3)]).toEqual([0, 1]);
  });
});

describe("Student's t", () => {
  test.each([
    [1, 12.706204736174694, 6.313751514675037, 0.7912855998398473],
    [2, 4.302652729749462, 2.9199855803537242, 0.8383764840919798],
    [5, 2.5705818356363146, 2.0150483733330233, 0.8748496829146615],
    [10, 2.228138851986274, 1.8124611228116756, 0.8886170913965777],
    [30, 2.0422724563012378, 1.697260886593957, 0.8982495207309416],
  ])("with %i degrees of freedom", (degrees, at975, at95, belowAt1p3) => {
    expect(studentTQuantile(0.975, degrees)).toBeCloseTo(at975, 10);
    expect(studentTQuantile(0.95, degrees)).toBeCloseTo(at95, 10);
    expect(studentTDistribution(1.3, degrees)).toBeCloseTo(belowAt1p3, 12);
    expect(studentTDistribution(-1.3, degrees)).toBeCloseTo(1 - belowAt1p3, 12);
  });
});
