import { describe, expect, test } from "vitest";
import { analyseNetwork } from "../../../experiments/network/analyse.ts";
import { networkRowTable } from "../../../experiments/network/rows.ts";
import { madeUp, madeUpRows } from "../../../experiments/network/sample.ts";
import { drawFigure, rasterize } from "../../../src/lab/charts/figure.ts";
import { fromCsv, toCsv } from "../../../src/lab/results/table.ts";

const rows = madeUpRows();
const { figures, verdicts, summaries, tables } = analyseNetwork(rows);

describe.each(figures.map((figure) => [figure.name, figure] as const))("%s", (_name, figure) => {
  test.each([640, 360])("compiles at %i px without a warning, into a picture that is not wider", async (width) => {
    const { svg, warnings } = await drawFigure(figure, width);
    expect(warnings).toEqual([]);
    expect(Number(/width="([\d.]+)"/.exec(svg)![1])).toBeLessThanOrEqual(width + 24);
    expect(rasterize(svg).length).toBeGreaterThan(10_000);
  });

  test("is drawn twice with the same bytes", async () => {
    expect((await drawFigure(figure)).svg).toBe((await drawFigure(figure)).svg);
  });
});

test("the figures name every scheduling and every kind of node", async () => {
  const svgs = await Promise.all(figures.map(async (figure) => (await drawFigure(figure)).svg));
  for (const svg of svgs) for (const name of ["redundant", "exclusive", "central"]) expect(svg).toContain(name);
  for (const svg of svgs.slice(0, 2))
    for (const name of ["honest", "truncation", "withholding"]) expect(svg).toContain(name);
});

test("descriptions say the numbers", () => {
  const [earnings, fates, prices] = figures.map(({ description }) => description);
  expect(earnings).toContain("After 2 hours");
  expect(fates).toContain("truncation 48 (60 %, redundant)");
  expect(prices).toContain(
    "seconds to a verified output (median), honest nodes only: redundant 2.05, exclusive 3.07, central 4.09",
  );
});

test("everything follows from the rows as their file holds them", () => {
  const table = networkRowTable.table(rows);
  const again = analyseNetwork(fromCsv(toCsv(table), networkRowTable.table([])));
  expect(again.verdicts).toEqual(verdicts);
  expect(again.summaries).toEqual(summaries);
  expect(toCsv(again.tables[0]!)).toBe(toCsv(tables[0]!));
});

test("accounts add up all runs, and earnings are those of one node", () => {
  const accounts = summaries.find(({ caption }) => caption.startsWith("redundant"))!;
  expect(accounts.rows).toContainEqual({
    kind: "truncation",
    nodes: 1,
    begun: 4 * 100,
    paid: 4 * 20,
    passed: 4 * 8,
    caught: 4 * 12,
    slashed: 4 * 12,
    wrongly: 0,
    bankrupt: 0,
    coins: -0.0406,
  });
});

test("a population that was not played is not spoken of", () => {
  const honest = analyseNetwork(madeUpRows({ ...madeUp }).filter(({ population }) => population === "honest"));
  expect(honest.verdicts.map(({ subject }) => subject)).toEqual(["honest nodes only", "the chain without channels"]);
});
