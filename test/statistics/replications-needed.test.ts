import { expect, test } from "vitest";
import { replicationsNeeded } from "../../src/statistics/replications-needed.ts";

test("half and a fifth of a standard deviation, two-sided 5 %, power 80 %: within one of scipy's noncentral t, 34 and 199", () => {
  expect(replicationsNeeded({ distance: 0.5, deviation: 1, level: 0.025 })).toBe(34);
  expect(replicationsNeeded({ distance: 0.2, deviation: 1, level: 0.025 })).toBe(198);
});

test("what does not differ, or would take a million, has no number; what does not vary needs two", () => {
  expect(replicationsNeeded({ distance: 0, deviation: 1, level: 0.025 })).toBeNull();
  expect(replicationsNeeded({ distance: 1e-9, deviation: 1, level: 0.025 })).toBeNull();
  expect(replicationsNeeded({ distance: 1, deviation: 0, level: 0.025 })).toBe(2);
});
