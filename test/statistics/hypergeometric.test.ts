import { describe, expect, test } from "vitest";
import { noneDrawn } from "../../src/protocol/schemes/without-replacement.ts";
import { hypergeometricDistribution, logHypergeometric } from "../../src/statistics/hypergeometric.ts";

describe("hypergeometric distribution", () => {
  // scipy.stats.hypergeom 1.10: logpmf, cdf.
  test.each([
    [0, 100, 5, 10, -0.538278415315772, 0.5837523669261518],
    [3, 50, 10, 20, -1.4875317025512058, 0.3649682867768368],
    [2, 1000, 20, 100, -1.244551237603389, 0.677223987631566],
    [10, 60, 30, 20, -1.535502618158378, 0.6076737132186114],
  ])("%i hits of (%i, %i, %i)", (hits, total, marked, draws, logProbability, atMost) => {
    const draw = { total, marked, draws };
    expect(logHypergeometric(hits, draw)).toBeCloseTo(logProbability, 12);
    expect(hypergeometricDistribution(hits, draw)).toBeCloseTo(atMost, 12);
  });

  // mpmath 1.3, 40 digits. The first is 1e-712, far below the smallest double.
  test.each([
    [0, 10_000, 5000, 2000, -1638.8220683271484],
    [16, 1000, 21, 16, -69.81081246297634],
  ])("%i hits of (%i, %i, %i), hardly ever", (hits, total, marked, draws, logProbability) => {
    expect(logHypergeometric(hits, { total, marked, draws }) / logProbability).toBeCloseTo(1, 13);
  });

  test("knows what cannot be", () => {
    const draw = { total: 10, marked: 8, draws: 5 };
    expect([1, 2, 6, 0.5].map((hits) => logHypergeometric(hits, draw) === -Infinity)).toEqual([true, true, true, true]);
    expect(hypergeometricDistribution(5, draw)).toBe(1);
    expect(hypergeometricDistribution(2, draw)).toBe(0);
  });

  test("sums to 1, and at 0 hits is what the protocol multiplies out", () => {
    for (const draw of [
      { total: 12, marked: 5, draws: 4 },
      { total: 300, marked: 40, draws: 16 },
    ]) {
      const all = Array.from({ length: draw.draws + 1 }, (_, hits) => Math.exp(logHypergeometric(hits, draw)));
      expect(all.reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
      expect(noneDrawn(draw.total, draw.marked, draw.draws)).toBeCloseTo(all[0]!, 13);
    }
  });

  test("refuses more marked things than there are", () => {
    expect(() => logHypergeometric(0, { total: 3, marked: 4, draws: 1 })).toThrow("marked: expected a whole number");
  });
});
