import { expect, test } from "vitest";
import type { Figure1Row } from "../../../experiments/figure-1/rows.ts";
import { cyclingDraws } from "../../../experiments/figure-1/sample.ts";
import { summarizeFigure1 } from "../../../experiments/figure-1/summary.ts";

const row = (form: Figure1Row["form"], repeat: number, wallMs: number): Figure1Row => ({
  model: "m",
  form,
  outputTokens: 10,
  promptTokens: 4,
  repeat,
  wallMs,
  decodedTokens: 14,
  checkedPositions: form === "generate" ? 0 : 3,
  accepted: form === "generate" ? null : true,
});

test("a summary holds one row per model, form and length: median, interval, and generation over the form", () => {
  const rows = [
    row("generate", 0, 30),
    row("one-pass", 0, 10),
    row("generate", 1, 33),
    row("one-pass", 1, 12),
    row("one-pass", 2, 11),
  ];
  const [generate, onePass, ...others] = summarizeFigure1(rows, cyclingDraws);
  expect(others).toEqual([]);
  expect(generate).toMatchObject({ form: "generate", repeats: 2, medianMs: 31.5, generateOverForm: null });
  expect(onePass).toMatchObject({
    form: "one-pass",
    repeats: 3,
    medianMs: 11,
    lowMs: 10,
    highMs: 12,
    checkedPositions: 3,
  });
  expect(onePass!.intervalConfidence).toBe(0.75);
  // Only repeats that have both are paired: medians 31.5 and 11.
  expect(onePass!.generateOverForm).toBeCloseTo(31.5 / 11, 12);
  expect(onePass!.generateOverFormLow).toBeGreaterThanOrEqual(30 / 12);
  expect(onePass!.generateOverFormHigh).toBeLessThanOrEqual(33 / 10);
});

test("without generation at that length there is no ratio", () => {
  expect(summarizeFigure1([row("one-pass", 0, 10)], cyclingDraws)[0]!.generateOverForm).toBeNull();
});

test("each ratio draws from a stream of its own name", () => {
  const names: string[] = [];
  summarizeFigure1([row("generate", 0, 30), row("one-pass", 0, 10), row("prototype", 0, 20)], (name) => {
    names.push(name);
    return cyclingDraws(name);
  });
  expect(names).toEqual(["bootstrap/m/one-pass/10", "bootstrap/m/prototype/10"]);
});
