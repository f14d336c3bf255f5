import { describe, expect, test } from "vitest";
import { pairedDifference } from "../../src/statistics/paired-difference.ts";

describe("paired difference", () => {
  // Student (1908): hours of sleep gained under two drugs; R's documentation of t.test prints -2.4598858 and -0.7001142.
  test("is that of Student's sleep data", () => {
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const { value, low, high } = pairedDifference(first.map((hours, i) => [hours, second[i]!] as const));
    expect(value).toBeCloseTo(-1.58, 12);
    expect(low).toBeCloseTo(-2.459885763254729, 10);
    expect(high).toBeCloseTo(-0.7001142367452712, 10);
  });

  test("what both share cancels", () => {
    const pairs = [1, 50, 900, 3].map((shared) => [shared + 2, shared] as const);
    expect(pairedDifference(pairs)).toMatchObject({ value: 2, low: 2, high: 2 });
  });

  test("refuses a single pair", () => {
    expect(() => pairedDifference([[1, 2]])).toThrow("expected at least 2 values, found 1");
  });
});
