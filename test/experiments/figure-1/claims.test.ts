import { describe, expect, test } from "vitest";
import { claimC1 } from "../../../experiments/figure-1/claims/c1-growth.ts";
import { claimC3 } from "../../../experiments/figure-1/claims/c3-break-even.ts";
import { claimC4 } from "../../../experiments/figure-1/claims/c4-concurrency.ts";
import { claimC11 } from "../../../experiments/figure-1/claims/c11-determinism.ts";
import type { Figure1Row } from "../../../experiments/figure-1/rows.ts";
import { cyclingDraws, madeUpRows, smallModel } from "../../../experiments/figure-1/sample.ts";
import { summarizeFigure1 } from "../../../experiments/figure-1/summary.ts";
import { inPercent, numberOf, verdictOf } from "../../../src/lab/claims/verdict.ts";
import { inWords } from "../../../src/lab/format.ts";

const summaryOf = (rows: readonly Figure1Row[]) => summarizeFigure1(rows, cyclingDraws);
const rows = madeUpRows([smallModel]);
const withTimes = (time: (row: Figure1Row) => number) => rows.map((row) => ({ ...row, wallMs: time(row) }));

test("a claim of two parts: both, one, none, or one open", () => {
  expect(verdictOf(["confirmed", "confirmed"])).toBe("holds");
  expect(verdictOf(["confirmed", "refuted"])).toBe("partly");
  expect(verdictOf(["refuted", "refuted"])).toBe("fails");
  expect(verdictOf(["refuted", "open"])).toBe("not decided");
});

test("numbers are short and never in exponents", () => {
  expect([0.00012345, 11.1419, 4440, 123_456].map(inWords)).toEqual(["0.000123", "11.1", "4440", "123456"]);
});

test("the number of a verdict has no end where its interval has none, and a share stays a share", () => {
  expect(numberOf("runs", { value: 2, low: -Infinity, high: Infinity })).toEqual({
    what: "runs",
    value: 2,
    low: null,
    high: null,
  });
  expect(inPercent({ value: 0.5, low: -0.1, high: 1.2 })).toEqual({ value: 50, low: 0, high: 100 });
});

describe("C1: verification is O(1), generation O(n) to O(n²)", () => {
  test("is half true of a machine that has to read what it verifies", () => {
    const { verdict, sentence, subject } = claimC1(summaryOf(rows), "small");
    expect([verdict, subject]).toEqual(["partly", "small"]);
    expect(sentence).toContain("From 100 to 1000 tokens, time to generate grows as n^0.9");
    expect(sentence).toContain("verification is not O(1)");
    expect(sentence).toContain("The published bars grow as n^0.98 and n^0.66");
  });

  test("holds of a machine that verifies in constant time", () => {
    const constant = withTimes((row) => (row.form === "generate" ? row.wallMs : 50 + 0.1 * row.repeat));
    const { verdict, sentence } = claimC1(summaryOf(constant), "small");
    expect(verdict).toBe("holds");
    expect(sentence).toContain("verification is O(1) in the form that stays constant");
  });

  test("fails of a machine that generates in constant time and reads in linear time", () => {
    const backwards = withTimes((row) => (row.form === "generate" ? 50 : row.outputTokens));
    expect(claimC1(summaryOf(backwards), "small").verdict).toBe("fails");
  });

  test("is not decided by two lengths", () => {
    const few = summaryOf(madeUpRows([smallModel], { tokens: [1, 100, 250] }));
    expect(claimC1(few, "small")).toMatchObject({ verdict: "not decided" });
    expect(claimC1(few, "small").sentence).toContain("at three lengths from 100 tokens on");
  });
});

describe("C3: dearer under about 10 tokens, 11 times cheaper at 1000", () => {
  const factor = (ratio: (tokens: number) => number) =>
    withTimes((row) => (row.form === "generate" ? 1000 : 1000 / ratio(row.outputTokens)) * (1 + row.repeat / 1000));

  test("holds where the published ratios do", () => {
    const published = factor((tokens) => (tokens < 10 ? 0.3 : tokens === 10 ? 0.9 : tokens < 1000 ? 5 : 12));
    const { verdict, sentence } = claimC3(summaryOf(published), "small");
    expect(verdict).toBe("holds");
    expect(sentence).toContain("At 1000 tokens generation takes 12 [");
    expect(sentence).toContain("published for 1000 tokens: 11.1.");
    expect(sentence).toContain("Verification becomes cheaper between 10 and 25 tokens.");
  });

  test("holds in part where short completions are dear and long ones only 3 times cheaper", () => {
    const modest = factor((tokens) => (tokens < 25 ? 0.5 : 3));
    expect(claimC3(summaryOf(modest), "small").verdict).toBe("partly");
  });

  test("fails where verification is cheaper from the first token on but never 11 times", () => {
    const { verdict, sentence } = claimC3(summaryOf(factor(() => 2)), "small");
    expect(verdict).toBe("fails");
    expect(sentence).toContain("Verification is cheaper at every length from 1 token on.");
  });

  test("names the cheapest form where that is another than the published one", () => {
    expect(claimC3(summaryOf(rows), "small").sentence).toMatch(/The cheapest form there, one-pass, reaches 2\.9/);
  });

  test("is not decided without 1000 tokens", () => {
    const { verdict, sentence } = claimC3(summaryOf(madeUpRows([smallModel], { tokens: [1, 10, 25] })), "small");
    expect(verdict).toBe("not decided");
    expect(sentence).toContain("a length this run did not measure");
  });
});

describe("C4: the three checks can run at once, nothing forces a reload", () => {
  const taking = (times: Partial<Record<Figure1Row["form"], number>>) =>
    withTimes((row) => (times[row.form] ?? row.wallMs) * (1 + row.repeat / 1000));

  test("holds where running at once and reading once both save time", () => {
    const { verdict, sentence } = claimC4(taking({ prototype: 600, concurrent: 300, "one-pass": 200 }), "small");
    expect(verdict).toBe("holds");
    expect(sentence).toContain(
      "602 ms one after the other and 301 ms at once: faster (in the median repeat 2 times as fast",
    );
    expect(sentence).toContain("with 1016 tokens read in place of 2134");
  });

  test("holds in part where one core gains nothing from running at once", () => {
    const { verdict, sentence } = claimC4(taking({ prototype: 600, concurrent: 610, "one-pass": 200 }), "small");
    expect(verdict).toBe("partly");
    expect(sentence).toContain("at once: no gain (in the median repeat 0.98");
  });

  test("fails where neither saves anything, and stays open without the forms it compares", () => {
    expect(claimC4(taking({ prototype: 600, concurrent: 610, "one-pass": 640 }), "small").verdict).toBe("fails");
    const without = rows.filter(({ form }) => form !== "concurrent");
    expect(claimC4(without, "small").verdict).toBe("not decided");
  });
});

describe("C11: generation is deterministic, so an honest completion never differs", () => {
  const judged = (accepted: (repeat: number) => boolean) =>
    rows.map((row) => (row.form === "all-positions" ? { ...row, accepted: accepted(row.repeat) } : row));

  test("fails as soon as one honest completion differs; shorter lengths of it count no further", () => {
    const { verdict, sentence, number } = claimC11(
      judged((repeat) => repeat !== 2),
      "small",
    );
    expect(verdict).toBe("fails");
    expect(number!.value).toBeCloseTo(100 / 7, 12);
    // Clopper-Pearson for 1 of 7: 0.0036 to 0.579 (scipy.stats.beta.ppf).
    expect(sentence).toContain("1 of 7 honest completions of 1000 tokens");
    expect(sentence).toContain("14.3 % [0.361 to 57.9]");
  });

  test("is not decided by seeing none: the bound is told", () => {
    const { verdict, sentence, number } = claimC11(
      judged(() => true),
      "small",
    );
    expect(verdict).toBe("not decided");
    expect(number).toMatchObject({ value: 0, low: 0 });
    expect(number!.high).toBeCloseTo(100 * (1 - 0.025 ** (1 / 7)), 9);
    expect(sentence).toContain("under 41 %");
  });

  test("is not decided where nothing was compared at every position", () => {
    expect(
      claimC11(
        rows.filter(({ form }) => form !== "all-positions"),
        "small",
      ).verdict,
    ).toBe("not decided");
  });
});
