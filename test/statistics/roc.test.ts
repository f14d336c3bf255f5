import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { areaUnder, partialAreaUnder, rocCurve } from "../../src/statistics/roc.ts";

describe("ROC", () => {
  test("of the four scores in scikit-learn's manual", () => {
    const curve = rocCurve([0.1, 0.4], [0.35, 0.8]);
    expect(curve).toEqual([
      { threshold: Infinity, falseRejectShare: 0, detectedShare: 0 },
      { threshold: 0.8, falseRejectShare: 0, detectedShare: 0.5 },
      { threshold: 0.4, falseRejectShare: 0.5, detectedShare: 0.5 },
      { threshold: 0.35, falseRejectShare: 0.5, detectedShare: 1 },
      { threshold: 0.1, falseRejectShare: 1, detectedShare: 1 },
    ]);
    expect(areaUnder(curve)).toBe(0.75);
  });

  // J. A. Hanley and B. J. McNeil, Radiology 143 (1982), table I: 58 normal and 51 abnormal scans, rated 1 to 5.
  test("area of Hanley and McNeil's rated scans is 0.893, as published", () => {
    const rated = (counts: number[]) => counts.flatMap((count, i) => Array<number>(count).fill(i + 1));
    const area = areaUnder(rocCurve(rated([33, 6, 6, 11, 2]), rated([3, 2, 2, 11, 33])));
    expect(area.toFixed(3)).toBe("0.893");
    expect(area).toBeCloseTo(0.8931710615280595, 14);
  });

  const honest = [0.1, 0.2, 0.2, 0.35, 0.4, 0.4, 0.55, 0.9];
  const cheated = [0.2, 0.4, 0.45, 0.55, 0.6, 0.7, 0.8, 0.9, 0.95];
  // scikit-learn 1.2, roc_auc_score with max_fpr.
  test.each([
    [1, 0.7777777777777778],
    [0.3, 0.6797385620915033],
    [0.05, 0.5555555555555556],
  ])("partial area up to %f, with ties across the line", (share, expected) => {
    expect(partialAreaUnder(rocCurve(honest, cheated), share)).toBeCloseTo(expected, 14);
  });

  test("area is the share of pairs in which the cheat scores higher, ties half; turning the scores round mirrors it", () => {
    const scores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        const wins = a.flatMap((x) => b.map((y): number => (y > x ? 1 : y === x ? 0.5 : 0)));
        const area = areaUnder(rocCurve(a, b));
        expect(area).toBeCloseTo(wins.reduce((sum, win) => sum + win) / wins.length, 12);
        const turned = areaUnder(
          rocCurve(
            a.map((x) => -x),
            b.map((y) => -y),
          ),
        );
        expect(turned).toBeCloseTo(1 - area, 12);
      }),
    );
  });

  test("an infinite score is the most suspicious of all", () => {
    expect(areaUnder(rocCurve([1, 2], [Infinity, Infinity]))).toBe(1);
    expect(partialAreaUnder(rocCurve([1, 2], [Infinity, 0]), 0.005)).toBeCloseTo(
      0.5 + (0.5 * (0.5 * 0.005 - 0.0000125)) / (0.005 - 0.0000125),
      12,
    );
  });

  test("refuses no scores, no numbers, and no share", () => {
    expect(() => rocCurve([], [1])).toThrow("ROC, honest: expected at least 1 score");
    expect(() => rocCurve([1], [Number.NaN])).toThrow("ROC, cheated: a score is not a number");
    expect(() => partialAreaUnder(rocCurve([1], [2]), 0)).toThrow("expected a share above 0");
  });
});
