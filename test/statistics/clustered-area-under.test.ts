import { expect, test } from "vitest";
import { Streams } from "../../src/sim/streams.ts";
import { clusteredAreaUnder, type PromptScores } from "../../src/statistics/clustered-area-under.ts";
import { areaUnder, rocCurve } from "../../src/statistics/roc.ts";

const draws = (name: string) => new Streams("areas").fresh(name);
const prompts: readonly PromptScores[] = [
  { honest: [1, 2], cheated: [3] },
  { honest: [2], cheated: [2, 5] },
  { honest: [4, 0], cheated: [1] },
];
const areaOf = (drawn: readonly PromptScores[]) =>
  areaUnder(
    rocCurve(
      drawn.flatMap(({ honest }) => honest),
      drawn.flatMap(({ cheated }) => cheated),
    ),
  );

test("the area is the ROC curve's, ties counting half", () => {
  expect(clusteredAreaUnder(prompts, draws("value")).value).toBeCloseTo(areaOf(prompts), 14);
});

test("the interval is that of all 27 ways to draw three prompts, each counted by the ROC curve", () => {
  const every = prompts.flatMap((a) => prompts.flatMap((b) => prompts.map((c) => areaOf([a, b, c]))));
  every.sort((x, y) => x - y);
  const interval = clusteredAreaUnder(prompts, draws("27"), { confidence: 0.8, resamples: 40_000 });
  expect(interval.low).toBeCloseTo(every[Math.floor(0.1 * 27)]!, 12);
  expect(interval.high).toBeCloseTo(every[Math.floor(0.9 * 27)]!, 12);
});

test("refuses one prompt, and scores of one kind only", () => {
  expect(() => clusteredAreaUnder(prompts.slice(0, 1), draws("x"))).toThrow("expected at least 2 prompts, found 1");
  const honest = prompts.map((each) => ({ ...each, cheated: [] }));
  expect(() => clusteredAreaUnder(honest, draws("x"))).toThrow("expected honest and cheated scores, found none of one");
});
