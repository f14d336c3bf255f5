import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { experimentRegistry } from "../../../../experiments/index.ts";
import { readExperiment } from "../../../../src/lab/experiment/file.ts";
import type { Manifest } from "../../../../src/lab/results/manifest.ts";
import { redrawRun } from "../../../../src/lab/results/redraw-run.ts";
import { fromCsv } from "../../../../src/lab/results/table.ts";
import { matchesPattern } from "../../../../src/lab/runner/only.ts";
import { runExperiment } from "../../../../src/lab/runner/run-experiment.ts";
import { draft, draftQ8, readJson } from "../../../cli/camelid.ts";
import { scratchFolder } from "../../../inference/gguf/scratch.ts";

const scratch = scratchFolder();
const small = [
  `models={target: ${draft}, draft: ${draftQ8}}`,
  "prompts.count=2",
  "populations=[mixed]",
  "schedulings=[central]",
  "runs=2",
  "slices=1",
  "nodes=[{kind: honest, count: 2, strategy: honest}, {kind: truncation, count: 1, strategy: truncation}]",
  "clients=[{kind: verifies, count: 2, verification: local}]",
  "verifiers=[]",
  "miners=1",
  "jobs={perHour: 20, hours: 0.5, settleHours: 0.2, tokenLimit: 12, rewardCoins: 0.01, stakeRatio: 1, feeCoins: 0.0001, fundsStakes: 20}",
];
type Row = Record<string, number | string | boolean | null>;

function run(overrides: readonly string[], results: string, only?: string) {
  const experiment = readExperiment("experiments/network/network.yaml", experimentRegistry, {
    overrides: [...small, ...overrides],
  });
  return runExperiment(experiment, {
    registry: experimentRegistry,
    resultsFolder: join(scratch, results),
    signal: new AbortController().signal,
    onProgress: () => {},
    commandLine: [],
    workers: 2,
    ...(only === undefined ? {} : { only: matchesPattern(only) }),
  });
}

function tableOf(folder: string, file: string): Row[] {
  const { tables } = readJson<Manifest>(join(folder, "manifest.json"));
  return fromCsv<Row>(readFileSync(join(folder, file), "utf8"), { file, caption: "", columns: tables[file]! });
}

test("every combination of factors gives the rows that it gives alone, behind a column for each factor", async () => {
  const varied = await run(["factors.jobs.stakeRatio=[0.5,2]", "factors.rastic=[blog]"], "varied");
  const text = readFileSync(join(varied.folder, "rows.csv"), "utf8");
  expect(text.split("\n")[0]).toMatch(/^jobs\.stakeRatio,rastic,population,scheduling,run,/);
  for (const ratio of ["0.5", "2"]) {
    const alone = await run(
      [`jobs.stakeRatio=${ratio}`, `store=${join(scratch, "varied/network/transcripts.sqlite")}`],
      ratio,
    );
    const own = text.split("\n").filter((line) => line.startsWith(`${ratio},blog,`));
    const expected = readFileSync(join(alone.folder, "rows.csv"), "utf8").trimEnd().split("\n").slice(1);
    expect(own.map((line) => line.slice(`${ratio},blog,`.length))).toEqual(expected);
  }

  const rows = tableOf(varied.folder, "rows.csv");
  const earned = rows.filter(
    (row) => row["jobs.stakeRatio"] === 2 && row["kind"] === "truncation" && row["hours"] === 0.7,
  );
  const summary = tableOf(varied.folder, "summary.csv");
  const line = summary.find(
    (row) =>
      row["jobs.stakeRatio"] === 2 && row["part"] === "mixed/central/truncation" && row["metric"] === "earnedCoins",
  )!;
  const values = earned.map((row) => Number(row["earnedCoins"]));
  expect(values.length).toBe(2);
  const mean = (values[0]! + values[1]!) / 2;
  expect(line["mean"]).toBeCloseTo(mean, 12);
  // Student's 97.5 % quantile for one degree of freedom; the standard error of two values is half their distance.
  expect(line["high"]).toBeCloseTo(mean + 12.7062047 * (Math.abs(values[0]! - values[1]!) / 2), 6);

  const { verdicts, warnings, experiment } = readJson<Manifest>(join(varied.folder, "manifest.json"));
  expect([verdicts, warnings]).toEqual([[], []]);
  expect(experiment.combinations).toEqual([
    { "jobs.stakeRatio": 0.5, rastic: "blog" },
    { "jobs.stakeRatio": 2, rastic: "blog" },
  ]);
  expect(readdirSync(join(varied.folder, "figures"))).toContain("metrics-by-factor.png");
  expect((await redrawRun(varied.folder, experimentRegistry)).unchanged).toBe(true);
});

test("some of the combinations make a partial run, which the same command completes", async () => {
  const factors = ["factors.checkBudget=[1,3]"];
  const partial = await run(factors, "partial", "checkBudget=3");
  expect(partial.cells).toEqual({ planned: 4, finished: 2 });
  expect(tableOf(partial.folder, "rows.csv").every((row) => row["checkBudget"] === 3)).toBe(true);
  const whole = await run(factors, "partial");
  expect(whole.cells).toEqual({ planned: 4, finished: 4 });
  expect(new Set(tableOf(whole.folder, "rows.csv").map((row) => row["checkBudget"]))).toEqual(new Set([1, 3]));
  expect((await redrawRun(whole.folder, experimentRegistry)).unchanged).toBe(true);
});

test("one combination keeps the verdicts of its kind", async () => {
  const { folder } = await run(["factors.checkBudget=[1]"], "one");
  expect(readJson<Manifest>(join(folder, "manifest.json")).verdicts.map(({ claim }) => claim)).toContain("C13");
});

test("one replication of each combination is drawn without intervals, and without a complaint", async () => {
  const { folder, warnings } = await run(["factors.checkBudget=[1,3]", "runs=1"], "unreplicated");
  expect(warnings).toEqual([]);
  const spec = readFileSync(join(folder, "figures/metrics-by-factor.vl.json"), "utf8");
  expect(spec).toContain("Nothing was replicated");
  expect(spec).not.toContain('"type": "rule"');
  expect(tableOf(folder, "summary.csv").every(({ low, high }) => low === null && high === null)).toBe(true);
});
