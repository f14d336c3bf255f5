import { expect, test } from "vitest";
import { welchDifference } from "../../src/statistics/welch.ts";

const first = [0.8, 1.2, 3.1, 2.2, 1.9];
const second = [1, 3.5, 4.1, 2.9, 3.8, 2.5];

test("Welch's interval agrees with scipy.stats.ttest_ind(equal_var=False) 1.17", () => {
  const { value, low, high } = welchDifference(first, second);
  expect(value).toBeCloseTo(-1.12666666666666, 12);
  expect(low).toBeCloseTo(-2.507245155482949, 9);
  expect(high).toBeCloseTo(0.25391182214961505, 9);
});

test("samples that do not vary have an interval of one point; single values have none", () => {
  expect(welchDifference([3, 3], [1, 1, 1])).toMatchObject({ value: 2, low: 2, high: 2 });
  expect(() => welchDifference([3], [1, 1])).toThrow("expected at least 2 values, found 1");
});
