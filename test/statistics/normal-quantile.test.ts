import { expect, test } from "vitest";
import { normalQuantile } from "../../src/statistics/normal-quantile.ts";

// scipy.stats.norm.ppf 1.10; the first two are in every printed table.
test.each([
  [0.975, 1.959963984540054],
  [0.995, 2.5758293035489004],
  [0.9999, 3.719016485455709],
  [0.2, -0.8416212335729142],
  [1e-3, -3.090232306167813],
  [1e-15, -7.941345326170998],
  [1e-300, -37.0470962993612],
])("normal quantile at %f", (p, z) => {
  expect(normalQuantile(p) / z).toBeCloseTo(1, 12);
});

test("the median is 0, and 1 - p mirrors p", () => {
  expect(normalQuantile(0.5)).toBe(0);
  for (const p of [0.25, 0.0625, 2 ** -20]) expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 9);
});
