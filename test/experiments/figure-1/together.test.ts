import { expect, test } from "vitest";
import { timeByJobs } from "../../../experiments/figure-1/figures/time-by-jobs.ts";
import { type Figure1Row, isAlone, jobsAtOnce } from "../../../experiments/figure-1/rows.ts";
import { cyclingDraws } from "../../../experiments/figure-1/sample.ts";
import { summarizeFigure1 } from "../../../experiments/figure-1/summary.ts";
import { summarizeTogether } from "../../../experiments/figure-1/together.ts";
import { drawFigure } from "../../../src/lab/charts/figure.ts";

/** Each of seven repeats takes r % longer than the first, in everything. */
const measured = (form: Figure1Row["form"], outputTokens: number, wallMs: number): Figure1Row[] =>
  Array.from({ length: 7 }, (_, repeat) => ({
    model: "small",
    form,
    outputTokens,
    promptTokens: 16,
    repeat,
    wallMs: wallMs * (1 + repeat / 100),
    decodedTokens: 1,
    checkedPositions: 0,
    accepted: null,
  }));

const rows = [
  ...measured("generate", 100, 1000),
  ...measured("one-pass", 100, 100),
  ...measured("prototype", 100, 300),
  ...measured("generate", 500, 5000),
  ...measured("generate x8", 100, 1600),
  ...measured("one-pass x8", 100, 400),
];

test("times are per job, and verification stands against generation of as many jobs", () => {
  const [alone, eight, ...others] = summarizeTogether(rows, cyclingDraws);
  expect(others).toEqual([]);
  expect(alone).toMatchObject({ jobs: 1, repeats: 7, generateMs: 1030, verifyMs: 103 });
  expect(alone!.generateOverVerify).toBeCloseTo(10, 9);
  expect(eight).toMatchObject({ jobs: 8, generateMs: 206, verifyMs: 51.5 });
  // 200 ms to generate each of eight, 50 ms to verify it: together generation gains more, so verification is worth less.
  expect(eight!.generateOverVerify).toBeCloseTo(4, 9);
});

test("jobs measured together are in no figure about jobs alone", () => {
  expect(summarizeFigure1(rows, cyclingDraws).map(({ form }) => form)).toEqual(
    rows.filter((row) => isAlone(row) && row.repeat === 0).map(({ form }) => form),
  );
  expect(jobsAtOnce({ form: "one-pass x32" })).toBe(32);
});

test("one measurement each has no interval, and no coverage of 0 %", async () => {
  const once = summarizeTogether(
    rows.filter(({ repeat }) => repeat === 0),
    cyclingDraws,
  );
  const { svg } = await drawFigure(timeByJobs(once)!);
  expect(svg).toContain("One measurement each: no interval.");
  expect(svg).not.toContain("0 %");
});

test("where none were measured together there is no figure; else it is drawn, wide and narrow", async () => {
  expect(timeByJobs(summarizeTogether(rows.filter(isAlone), cyclingDraws))).toBeNull();
  const figure = timeByJobs(summarizeTogether(rows, cyclingDraws))!;
  expect(figure.description).toContain("At 8 jobs at once, small: generate 100 206 ms, verify 100 51.5 ms.");
  for (const width of [640, 340]) {
    const { warnings, svg } = await drawFigure(figure, width);
    expect(warnings).toEqual([]);
    for (const text of ["generate 100", "verify 100", "jobs at once"]) expect(svg).toContain(text);
  }
});
