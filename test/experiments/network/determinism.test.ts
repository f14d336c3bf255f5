/** A whole run of networks on the embedded models, twice: however many workers play it, every file says the same. */
import { createHash } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { experimentRegistry } from "../../../experiments/index.ts";
import { readExperiment } from "../../../src/lab/experiment/file.ts";
import { runExperiment } from "../../../src/lab/runner/run-experiment.ts";

const scratch = mkdtempSync(join(tmpdir(), "camelid-determinism-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** All files of a run that are made from its rows and events, by name. */
async function filesOf(workers: number, ...overrides: string[]): Promise<ReadonlyMap<string, string>> {
  const experiment = readExperiment("experiments/network/network.yaml", experimentRegistry, {
    preset: "quick",
    overrides: [
      `store=${join(scratch, "transcripts.sqlite")}`,
      "eventLog=true",
      "trace=true",
      "prompts.count=2",
      "populations=[mixed]",
      "schedulings=[redundant, exclusive]",
      "runs=2",
      "slices=2",
      "nodes=[{kind: honest, count: 3, strategy: honest}, {kind: truncation, count: 1, strategy: truncation}]",
      "clients=[{kind: verifies, count: 2, verification: local}, {kind: outsources, count: 1, verification: outsourced}]",
      "verifiers=[{kind: honest, count: 3, behaviour: honest}]",
      "jobs={perHour: 20, hours: 0.5, settleHours: 0.5, tokenLimit: 12, rewardCoins: 0.01, stakeRatio: 1, feeCoins: 0.0001, fundsStakes: 20}",
      ...overrides,
    ],
  });
  const { folder } = await runExperiment(experiment, {
    registry: experimentRegistry,
    resultsFolder: mkdtempSync(join(scratch, "results-")),
    signal: new AbortController().signal,
    onProgress: () => {},
    commandLine: [],
    workers,
  });
  const names = globSync(["*.csv", "figures/*", "cells/**/*.json*"], { cwd: folder });
  return new Map(
    names.sort().map((name) => [name.replaceAll("\\", "/"), sha256(readFileSync(join(folder, name)))] as const),
  );
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

let once: ReadonlyMap<string, string>;
beforeAll(async () => {
  once = await filesOf(1);
});

test("a run leaves rows, figures, and for every network its event log and trace", () => {
  const names = [...once.keys()];
  expect(names).toContain("rows.csv");
  expect(names.filter((name) => name.endsWith(".svg")).length).toBeGreaterThan(2);
  expect(names.filter((name) => name.endsWith("/events.jsonl")).length).toBe(4);
  expect(names.filter((name) => name.endsWith("/trace.json")).length).toBe(4);
});

test("the same run again, by two workers in place of one, writes the same bytes", async () => {
  expect(await filesOf(2)).toEqual(once);
});

test("checking the invariants changes nothing in what it watches", async () => {
  expect(await filesOf(1, "check=false")).toEqual(once);
});

test("another run number is another history, and another seed gives other rows", async () => {
  const logs = [...once].filter(([name]) => name.endsWith("/events.jsonl")).map(([, hash]) => hash);
  expect(new Set(logs).size).toBe(logs.length);
  expect((await filesOf(2, "seed=2")).get("rows.csv")).not.toBe(once.get("rows.csv"));
});
