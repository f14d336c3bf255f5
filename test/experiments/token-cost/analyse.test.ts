import { expect, test } from "vitest";
import { experimentRegistry } from "../../../experiments/index.ts";
import { tokenCostSettings } from "../../../experiments/token-cost/settings.ts";
import { drawFigure, rasterize } from "../../../src/lab/charts/figure.ts";
import { parseExperiment, readExperiment } from "../../../src/lab/experiment/file.ts";
import { toCsv } from "../../../src/lab/results/table.ts";

const file = "experiments/token-cost/token-cost.yaml";
const kinds = { "token-cost": { settings: tokenCostSettings } };

function run(...overrides: string[]) {
  const environment = { resultsFolder: "unused", signal: new AbortController().signal, onProgress: () => {} };
  return experimentRegistry["token-cost"]!.run(readExperiment(file, kinds, { overrides }), environment as never);
}

test("C5 and C6 come out of the published numbers alone", async () => {
  const { report, consoleSummary } = await run();
  expect(report.verdicts.map(({ claim, verdict }) => [claim, verdict])).toEqual([
    ["C5", "partly"],
    ["C6", "partly"],
  ]);
  const [c5, c6] = report.verdicts;
  expect(c5!.sentence).toContain("30 tokens/s are 108000 an hour, not 39600");
  expect(c6!.sentence).toContain("are $0.00134 for 1000 tokens: the arithmetic holds");
  expect(c6!.number!.value).toBeCloseTo((0.17 * 0.312) / ((3.6 * 999) / 49.27), 9);
  expect(consoleSummary.length).toBe(5);
});

test("a machine whose rates were measured says which of its figures are assumed", async () => {
  const { consoleSummary, report } = await run();
  expect(consoleSummary.at(-1)).toContain("epyc-2-cores-1b, watts assumed");
  expect(toCsv(report.tables[0]!)).toMatch(/\nepyc-2-cores-1b,.*,measured,/);
});

test("rows read back from CSV give the same outcome", async () => {
  const { report } = await run();
  const again = experimentRegistry["token-cost"]!.reportOf(toCsv(report.tables[0]!), "1");
  expect(again.verdicts).toEqual(report.verdicts);
});

test("the figures draw without a complaint, wide and narrow, and say what they show", async () => {
  const { report } = await run();
  for (const figure of report.figures)
    for (const width of [640, 340]) {
      const { warnings, svg, spec } = await drawFigure(figure, width);
      expect(warnings).toEqual([]);
      expect(JSON.stringify(spec)).toMatch(/C6/);
      expect(rasterize(svg, 1).length).toBeGreaterThan(5000);
    }
});

test("without a GPU among the machines C5 is not decided", async () => {
  const { report } = await run("machines=[{published: laptop-cpu}]");
  expect(report.verdicts[0]).toMatchObject({ claim: "C5", verdict: "not decided" });
});

test("a file with a machine that nobody published is refused by place", () => {
  const text = "name: x\nkind: token-cost\nquestion: q\nclaims: []\nseed: 1\nmachines:\n  - published: abacus\n";
  expect(() => parseExperiment("x.yaml", text, kinds)).toThrow(
    /x\.yaml:7:16 machines\.0\.published: expected one of prototype/,
  );
});
