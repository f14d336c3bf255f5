import { describe, expect, test } from "vitest";
import { wilson } from "../../src/statistics/wilson.ts";

describe("Wilson interval", () => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i, as published", (events, trials, low, high) => {
    const interval = wilson(events, trials);
    expect([interval.low.toFixed(4), interval.high.toFixed(4)]).toEqual([low.toFixed(4), high.toFixed(4)]);
  });

  // scipy.stats.binomtest 1.17, method "wilson".
  test.each([
    [29, 29, 0.8830302015002592, 1],
    [3, 100_000, 1.0202758544517341e-5, 8.82080492517673e-5],
    [50_000, 100_000, 0.49690108435968966, 0.5030989156403103],
  ])("of %i in %i, to twelve digits", (events, trials, low, high) => {
    const interval = wilson(events, trials);
    expect(interval.low / low).toBeCloseTo(1, 12);
    expect(interval.high / high).toBeCloseTo(1, 12);
  });

  test("refuses what is no count", () => {
    expect(() => wilson(3, 2)).toThrow("Wilson interval: expected 0 to 2 events, found 3");
    expect(() => wilson(1, 2, 95)).toThrow("expected a confidence between 0 and 1, found 95");
  });
});
