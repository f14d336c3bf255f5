import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { experimentRegistry } from "../../../experiments/index.ts";
import { readExperiment } from "../../../src/lab/experiment/file.ts";
import { findExperimentFile } from "../../../src/lab/experiment/find.ts";
import { toCsv } from "../../../src/lab/results/table.ts";

const resultsFolder = mkdtempSync(join(tmpdir(), "camelid-population-"));
afterAll(() => rmSync(resultsFolder, { recursive: true, force: true }));

const small = [
  `store=${join(resultsFolder, "transcripts.sqlite")}`,
  "prompts={file: models/prompts.txt, evaluation: 3, calibration: 2}",
  "tokenLimit=8",
  'strategies=[honest, "unrelated output", "weights in Q8_0"]',
  "stakeRatios=[1, 10]",
  "verifiedShares=[1, 0.1]",
  "falseRejects=[0]",
  "check.cheats=[unrelated output]",
  "check.nodesOfEach=2",
  "check.jobs=20",
  "check.points=[{scheme: rastic blog k=1, stakeRatio: 1, verifiedShare: 1}]",
  "check.runs=2",
];

function run(kind: string, ...overrides: string[]) {
  const experiment = readExperiment(findExperimentFile(kind), experimentRegistry, { preset: "quick", overrides });
  const environment = { resultsFolder, signal: new AbortController().signal, onProgress: () => {} };
  return experimentRegistry[kind]!.run(experiment, environment);
}

test("simulated networks slash those who deliver unrelated texts, and earn the honest their rewards, on real outputs", async () => {
  const { report } = await run("population", ...small);
  const rows = report.tables[0]!.rows as Record<string, unknown>[];
  const checks = rows.filter(({ about }) => about === "check");
  expect(checks).toHaveLength(4);
  for (const check of checks) {
    if (check["strategy"] === "honest") expect(check).toMatchObject({ slashes: 0 });
    else expect(check["simulatedPerNodeHour"]).toBeLessThanOrEqual(0);
  }
  const again = await run("population", ...small, "inference=store-only");
  expect(toCsv(again.report.tables[0]!)).toBe(toCsv(report.tables[0]!));
});

test("a check at a scheme that simulated clients do not have is refused by name, before anything runs", async () => {
  const point = "check.points=[{scheme: full-recomputation, stakeRatio: 1, verifiedShare: 1}]";
  await expect(run("population", ...small, point)).rejects.toThrow(/check\.points: expected schemes "rastic blog k=N"/);
  await expect(run("population", ...small, "check.cheats=[nobody]")).rejects.toThrow(
    /check\.cheats\.0: expected one of/,
  );
});

test("the other economic experiments run on the same outputs, and make none of their own", async () => {
  const shared = small.filter((setting) => !/^(check|falseRejects|strategies)/.test(setting));
  const strategies = 'strategies=[honest, "unrelated output", "weights in Q8_0"]';
  for (const kind of ["break-even", "security-frontier"]) {
    const { report } = await run(kind, ...shared, strategies, "inference=store-only");
    expect(report.tables[0]!.rows.length).toBeGreaterThan(10);
  }
});
