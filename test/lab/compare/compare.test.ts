import { expect, test } from "vitest";
import { figure1Metrics } from "../../../experiments/figure-1/compare.ts";
import { type Figure1Row, figure1RowTable } from "../../../experiments/figure-1/rows.ts";
import { madeUpRows as figure1Rows, smallModel } from "../../../experiments/figure-1/sample.ts";
import { networkMetrics } from "../../../experiments/network/compare.ts";
import { madeUp, madeUpRows } from "../../../experiments/network/sample.ts";
import { drawFigure } from "../../../src/lab/charts/figure.ts";
import { type CompareChoices, compareRuns } from "../../../src/lab/compare/compare.ts";
import { differencesFigure } from "../../../src/lab/compare/differences-figure.ts";
import { advice, countsText, designText, verdictText } from "../../../src/lab/compare/in-words.ts";
import { parseMargin } from "../../../src/lab/compare/selection.ts";
import type { StoredRun } from "../../../src/lab/results/read-run.ts";
import { toCsv } from "../../../src/lab/results/table.ts";
import { storedRun } from "../../experiments/network/small-networks.ts";

const twelve = { ...madeUp, runs: 12 };
const before = storedRun(madeUpRows(twelve), "1");
const slower = storedRun(madeUpRows({ ...twelve, waits: { ...madeUp.waits, central: 6 } }), "1");

const compare = (a: StoredRun, b: StoredRun, choices: CompareChoices = {}) =>
  compareRuns(a, b, networkMetrics, choices);

test("what is slower under one scheduling is changed there, and identical everywhere else", () => {
  const { metrics, verdict, paired } = compare(before, slower);
  expect([verdict, paired]).toEqual(["changed", true]);
  const changed = metrics.filter((metric) => metric.verdict === "changed").map(({ id }) => id);
  expect(changed.length).toBeGreaterThan(0);
  for (const id of changed) expect(id).toMatch(/^(mixed|honest)\/central\/network\/(verified|firstToken)/);
  for (const metric of metrics.filter(({ id }) => !id.includes("central"))) expect(metric.reason).toMatch(/^identical/);
});

test("a wide enough margin makes of the same difference none; a margin and a choice may name a part", () => {
  const margins = [
    parseMargin("verifiedMedianSeconds=5"),
    parseMargin("mixed/central/network/verifiedMedianSeconds=1%"),
  ];
  const { metrics } = compare(before, slower, { margins, only: ["central/network/verifiedMedianSeconds"] });
  expect(metrics.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["mixed/central/network/verifiedMedianSeconds", "changed"],
    ["honest/central/network/verifiedMedianSeconds", "unchanged"],
  ]);
  expect(metrics[0]!.margin).toBeCloseTo(0.01 * metrics[0]!.meanA!, 12);
});

test("runs of another seed are said to be unpaired; a shorter run is compared as far as it goes", () => {
  const five = { ...madeUp, runs: 5 };
  const unpaired = compare(storedRun(madeUpRows(five), "1"), storedRun(madeUpRows(five), "2"));
  expect(unpaired.paired).toBe(false);
  expect(unpaired.notes[0]).toContain("Unpaired: A has seed 1, B seed 2");
  expect(designText(unpaired)).toBe("5 and 5 independent runs");

  const short = compare(before, storedRun(madeUpRows({ ...twelve, runs: 3 }), "1"));
  expect(short.notes).toContain("A has 12 runs, B 3: the 3 that both have are compared.");
  expect(short.replications).toEqual({ a: 12, b: 3, used: 3 });
});

test("metrics that one side lacks are a change, whichever side it is, unless others are asked for", () => {
  const less = storedRun(
    madeUpRows(twelve).filter(({ scheduling }) => scheduling !== "central"),
    "1",
  );
  for (const [a, b, side] of [
    [before, less, "A"],
    [less, before, "B"],
  ] as const) {
    const comparison = compare(a, b);
    expect(comparison.metrics.every(({ verdict }) => verdict === "unchanged")).toBe(true);
    expect(comparison.verdict).toBe("changed");
    expect(comparison.oneSided.length).toBeGreaterThan(0);
    for (const { id, side: found } of comparison.oneSided)
      expect([id, found]).toEqual([expect.stringMatching(/\/central\//), side]);
    expect(comparison.notes.join()).toContain(
      `Only in ${side}, which is a change: ${comparison.oneSided.length} metrics of`,
    );
    expect(verdictText(comparison)).toContain(
      `${comparison.oneSided.length} metrics of one side are missing on the other`,
    );
    expect(compare(a, b, { only: ["redundant/network/verifiedMedianSeconds"] }).verdict).toBe("unchanged");
  }
});

test("few replications of two different rules are undecided, and it says how many would decide", () => {
  const few = { ...madeUp, runs: 4 };
  const a = storedRun(madeUpRows(few), "1");
  const b = storedRun(madeUpRows({ ...few, waits: { ...madeUp.waits, central: 4.1 } }), "1");
  const comparison = compare(a, b);
  expect(comparison.verdict).toBe("undecided");
  expect(comparison.replicationsNeeded).toBeGreaterThan(4);
  expect(advice(comparison)).toMatch(/^4 runs give no p under 0\.13, and \d+ tests at once need at least \d+\. /);
  expect(countsText(comparison)).toMatch(
    /^0 of \d+ metrics changed, \d+ undecided, \d+ unchanged \(all of them identical/,
  );
});

test("what cannot be compared is refused in a line that says what to do", () => {
  const other = { ...before, manifest: { ...before.manifest, experiment: { kind: "figure-1", seed: "1" } as never } };
  expect(() => compare(before, other)).toThrow("compare two runs of one kind");
  expect(() => compare(before, { ...before, rowsCsv: "a,b\n1,2\n" })).toThrow(
    /rows\.csv: expected the columns .* run it again/,
  );
  expect(() => compare(before, slower, { only: ["speed"] })).toThrow("--only speed: names no metric; there are jobs, ");
  expect(() => parseMargin("slashed=few")).toThrow("--margin slashed=few: expected METRIC=NUMBER");
  expect(() => parseMargin("slashed=-1")).toThrow("expected METRIC=NUMBER");
});

test("the figure draws what differs, the most changed first, without a complaint, at any width", async () => {
  for (const comparison of [compare(before, slower), compare(before, before)]) {
    const figure = differencesFigure(comparison);
    for (const width of [640, 340]) {
      const { svg, warnings, spec } = await drawFigure(figure, width);
      expect(warnings).toEqual([]);
      expect(svg.length).toBeGreaterThan(5000);
      const rows = (spec as unknown as { data: { values: { label: string; verdict: string }[] } }).data.values;
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.length).toBeLessThanOrEqual(40);
      if (comparison.verdict === "changed") expect(rows[0]!.verdict).toBe("changed");
    }
  }
});

test("times are compared over all lengths at once, work to the last token, and the clock is named as a suspect", () => {
  const rows = figure1Rows([smallModel]);
  const run = (list: readonly Figure1Row[]): StoredRun => {
    const stored = storedRun([], "1");
    const experiment = { ...stored.manifest.experiment, kind: "figure-1" };
    return { ...stored, manifest: { ...stored.manifest, experiment }, rowsCsv: toCsv(figure1RowTable.table(list)) };
  };
  const form = "one-pass";
  const heavier = rows.map((row) => (row.form === form ? { ...row, decodedTokens: row.decodedTokens + 1 } : row));
  const { metrics, notes } = compareRuns(run(rows), run(heavier), figure1Metrics, { measuresTime: true });
  const changed = metrics.filter(({ verdict }) => verdict === "changed");
  expect(changed.length).toBeGreaterThan(0);
  for (const { id, reason } of changed) {
    expect(id).toMatch(/\/one-pass\/decodedTokens$/);
    expect(reason).toMatch(/^(the same difference in every pair|differs, and follows from settings and seed)$/);
  }
  expect(metrics.filter(({ name }) => name === "wallMs").every(({ verdict }) => verdict === "unchanged")).toBe(true);
  expect(notes[0]).toMatch(/^Times on a clock/);
});
