import { expect, test } from "vitest";
import { experimentRegistry } from "../../experiments/index.ts";
import { type TokenCostRow, tokenCostRowTable } from "../../experiments/token-cost/rows.ts";
import { drawFigure } from "../../src/lab/charts/figure.ts";
import { type Comparison, compareRuns } from "../../src/lab/compare/compare.ts";
import { differencesFigure } from "../../src/lab/compare/differences-figure.ts";
import { designText } from "../../src/lab/compare/in-words.ts";
import { gridRowsTable } from "../../src/lab/experiment/grid/rows.ts";
import type { StoredRun } from "../../src/lab/results/read-run.ts";
import { type Table, toCsv } from "../../src/lab/results/table.ts";
import { storedRun } from "./network/small-networks.ts";

function runOf(kind: string, table: Table, seed = "1"): StoredRun {
  const stored = storedRun([], seed);
  const experiment = { ...stored.manifest.experiment, kind };
  return { ...stored, manifest: { ...stored.manifest, experiment }, rowsCsv: toCsv(table) };
}

const kinds = Object.keys(experimentRegistry);

test.each(kinds)(
  "a run of kind %s and itself are unchanged; with what a rule changed in it, that is told and drawn",
  async (kind) => {
    const { before, after, changes: tells } = experimentRegistry[kind]!.sample();
    const metrics = experimentRegistry[kind]!.metrics;
    const compare = (table: Table): Comparison => compareRuns(runOf(kind, before), runOf(kind, table), metrics);

    const same = compare(before);
    expect(same.verdict).toBe("unchanged");
    expect(new Set(same.metrics.map(({ id }) => id)).size).toBe(same.metrics.length);
    expect(same.metrics.length).toBeGreaterThan(0);

    const other = compare(after);
    // Few made-up replications may not be enough for a verdict; what is worked out needs none.
    const told = other.metrics.filter(({ verdict }) => verdict !== "unchanged");
    expect(new Set(told.map(({ name }) => name))).toEqual(new Set(tells));
    if (other.exact) expect(other.verdict).toBe("changed");
    for (const { reason } of other.metrics.filter(({ name }) => !tells.includes(name)))
      expect(reason).toMatch(/^identical/);

    for (const comparison of [same, other]) {
      const { warnings, svg } = await drawFigure(differencesFigure(comparison), 340);
      expect(warnings).toEqual([]);
      expect(svg).toContain("<path");
    }
  },
);

test("what is worked out is compared case by case: a difference has no interval, and none is too small", async () => {
  const { before, after } = experimentRegistry["token-cost"]!.sample();
  const metrics = experimentRegistry["token-cost"]!.metrics;
  const {
    metrics: all,
    exact,
    ...comparison
  } = compareRuns(runOf("token-cost", before), runOf("token-cost", after), metrics);
  expect(exact).toBe(true);
  expect(designText({ ...comparison, metrics: all, exact })).toMatch(/^\d+ cases worked out on both sides$/);
  const [changed] = all.filter(({ verdict }) => verdict === "changed");
  expect(changed).toMatchObject({
    low: null,
    high: null,
    pChanged: null,
    reason: "differs, and follows from settings and seed",
  });

  // One case up, another down by as much: the mean stays, and it is a change all the same.
  const rows = before.rows as TokenCostRow[];
  const shifted = rows.map((row, i) => ({ ...row, joulesPer1000Tokens: row.joulesPer1000Tokens + ([1, -1][i] ?? 0) }));
  const there = compareRuns(
    runOf("token-cost", before),
    runOf("token-cost", tokenCostRowTable.table(shifted)),
    metrics,
  );
  expect(there.metrics.filter(({ verdict }) => verdict === "changed").map(({ name }) => name)).toEqual([
    "joulesPer1000Tokens",
  ]);
});

test("cases that only one side has are left out; without one in common, or under two seeds, it says what to do", async () => {
  const { before } = experimentRegistry["token-cost"]!.sample();
  const rows = before.rows as TokenCostRow[];
  const metrics = experimentRegistry["token-cost"]!.metrics;
  const price = (usdPerKwh: number, seed = "1") =>
    runOf("token-cost", tokenCostRowTable.table(rows.filter((row) => row.usdPerKwh === usdPerKwh)), seed);
  const some = compareRuns(runOf("token-cost", before), price(0.17), metrics);
  expect([some.verdict, some.replications.used]).toEqual(["unchanged", some.replications.b]);
  expect(some.replications.a).toBeGreaterThan(some.replications.b);
  expect(() => compareRuns(price(0.17), price(0.4), metrics)).toThrow(
    /have no case in common: each was worked out under other settings; give both some of the same$/,
  );
  expect(() => compareRuns(price(0.17), price(0.17, "2"), metrics)).toThrow(
    /is compared under one seed; give both the same$/,
  );
});

test("runs that vary settings are compared combination by combination", async () => {
  const { before, after } = experimentRegistry["token-cost"]!.sample();
  const metrics = experimentRegistry["token-cost"]!.metrics;
  const varied = (second: Table): StoredRun => {
    const parts = [
      { values: { lifeYears: 3 }, rows: before },
      { values: { lifeYears: 5 }, rows: second },
    ];
    const table = gridRowsTable(parts);
    const run = runOf("token-cost", table);
    const { manifest } = run;
    return {
      ...run,
      manifest: {
        ...manifest,
        tables: { "rows.csv": table.columns },
        experiment: { ...manifest.experiment, combinations: parts.map(({ values }) => values) },
      },
    };
  };
  const { metrics: all } = compareRuns(varied(before), varied(after), metrics);
  const changed = all.filter(({ verdict }) => verdict === "changed").map(({ id }) => id);
  expect(changed.length).toBeGreaterThan(0);
  for (const id of changed) expect(id).toMatch(/^lifeYears=5\//);
  expect(all.some(({ id }) => id.startsWith("lifeYears=3/"))).toBe(true);
});
