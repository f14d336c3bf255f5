import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { figure1Settings } from "../../../experiments/figure-1/settings.ts";
import { experimentRegistry } from "../../../experiments/index.ts";
import type { RunProgress } from "../../../src/lab/experiment/define.ts";
import { type Experiment, readExperiment } from "../../../src/lab/experiment/file.ts";
import type { Manifest } from "../../../src/lab/results/manifest.ts";
import { runCells } from "../../../src/lab/runner/cells.ts";
import { runExperiment } from "../../../src/lab/runner/run-experiment.ts";
import { RunLock } from "../../../src/lab/runner/run-lock.ts";
import { undrawnReport } from "../../../src/lab/runner/undrawn-report.ts";
import { readJson } from "../../cli/camelid.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";
import { draftF16 } from "../../support/embedded-models.ts";
import { type Deed, type MadeUpRow, madeUpExperiment, planOf } from "./made-up-cells.ts";

const scratch = scratchFolder();
const cells = 2 * 2 * 3;

function experimentWith(...overrides: string[]): Experiment {
  const own = [`models=[{file: ${draftF16}}]`, "tokens=[1,16]", "forms=[generate,one-pass]", "repeats=3"];
  const choices = { overrides: [...own, ...overrides] };
  return readExperiment("experiments/figure-1/figure-1.yaml", { "figure-1": { settings: figure1Settings } }, choices);
}

function environment(results: string, onProgress: (progress: RunProgress) => void = () => {}) {
  const { signal } = new AbortController();
  return {
    registry: experimentRegistry,
    resultsFolder: join(scratch, results),
    signal,
    onProgress,
    commandLine: ["run", "x.yaml"],
  };
}

const unfinished = (results: string) => join(scratch, results, "figure-1", "unfinished");

test("a run that is aborted keeps its finished cells, and the next one measures only the others", async () => {
  const controller = new AbortController();
  let measured = 0;
  const stopping = environment("aborted", ({ done }) => {
    measured = done;
    if (done === 5) controller.abort();
  });
  await expect(runExperiment(experimentWith(), { ...stopping, signal: controller.signal })).rejects.toThrow(/abort/i);
  expect(measured).toBeGreaterThanOrEqual(5); // the lengths of one generation are finished together
  expect(measured).toBeLessThan(cells);
  const [journal] = readdirSync(unfinished("aborted"));
  expect(readdirSync(unfinished("aborted"))).toEqual([journal]); // no lock
  const kept = readFileSync(join(unfinished("aborted"), journal!), "utf8")
    .trim()
    .split("\n");
  expect(kept.length).toBe(measured);

  const seen: RunProgress[] = [];
  const { folder, consoleSummary } = await runExperiment(
    experimentWith(),
    environment("aborted", (step) => seen.push(step)),
  );
  const counted = seen.filter(({ total }) => total > 0);
  expect(counted.at(0)).toMatchObject({ done: measured, total: cells, resumed: measured });
  expect(counted.at(-1)).toMatchObject({ done: cells, total: cells, resumed: measured });
  expect(consoleSummary.length).toBe(2);
  const rows = readFileSync(join(folder, "rows.csv"), "utf8").trim().split("\n").slice(1);
  expect(rows.length).toBe(cells);
  for (const [i, line] of kept.entries()) expect(rows[i]).toContain(`,${JSON.parse(line).wallMs},`);
  expect(existsSync(unfinished("aborted"))).toBe(false);
});

test("a run with other settings does not take over what another left", async () => {
  const controller = new AbortController();
  const stopping = environment("settings", ({ done }) => done === 3 && controller.abort());
  await expect(runExperiment(experimentWith(), { ...stopping, signal: controller.signal })).rejects.toThrow();
  let resumed = -1;
  const other = environment("settings", (step) => {
    resumed = step.resumed;
  });
  await runExperiment(experimentWith("seed=2"), other);
  expect(resumed).toBe(0);
  expect(readdirSync(unfinished("settings")).length).toBe(1);
});

test("the same run is not started beside itself; another one is", async () => {
  const { resultsFolder } = environment("locked");
  const held = RunLock.take(resultsFolder, experimentWith());
  await expect(runExperiment(experimentWith(), environment("locked"))).rejects.toThrow(
    /\.lock: another process is running this very experiment into this folder; wait for it, or choose another --out$/,
  );
  await runExperiment(experimentWith("seed=2"), environment("locked"));
  expect(readdirSync(unfinished("locked")).length).toBe(1); // the lock that is still held
  held.release();
  expect(existsSync(unfinished("locked"))).toBe(false);
  await runExperiment(experimentWith(), environment("locked"));
});

test("a lock file that a killed process left is no lock", () => {
  const { resultsFolder } = environment("stale");
  const first = RunLock.take(resultsFolder, experimentWith());
  const [name] = readdirSync(unfinished("stale"));
  first.release();
  mkdirSync(unfinished("stale"), { recursive: true });
  writeFileSync(join(unfinished("stale"), name!), "");
  RunLock.take(resultsFolder, experimentWith()).release();
  expect(readdirSync(resultsFolder)).toEqual(["figure-1"]); // the folder was there before this lock
});

test("what cannot start leaves no folder, but keeps one that was there", async () => {
  const bad = experimentWith("prompts.file=nowhere.txt");
  await expect(runExperiment(bad, environment("deep/er"))).rejects.toThrow(/nowhere\.txt/);
  expect(existsSync(join(scratch, "deep"))).toBe(false);
  mkdirSync(join(scratch, "there"));
  await expect(runExperiment(bad, environment("there"))).rejects.toThrow(/nowhere\.txt/);
  expect(readdirSync(join(scratch, "there"))).toEqual([]);
});

describe("a run with cells that fail", () => {
  const bad = join(scratch, "went-wrong-before");
  const deeds: Record<string, Deed> = {
    a: { does: "give" },
    b: { does: "fail-once", file: bad },
    c: { does: "write", file: "events.jsonl" },
  };
  /** A kind whose cells are made up, and whose outcome needs all of them. */
  const kind = (cells: Record<string, Deed>) =>
    vi.spyOn(experimentRegistry["network"]!, "run").mockImplementation(async (experiment, environment) => {
      const { rows, discardJournal } = await runCells<Deed, MadeUpRow>(experiment, environment, planOf(cells));
      if (rows.length < Object.keys(cells).length) throw new RangeError("too few rows");
      return {
        report: { ...undrawnReport(rows, new Error()), title: "Made up" },
        facts: { models: [], numerics: null },
        consoleSummary: [],
        discardJournal,
      };
    });

  test("is written with what there is, marked as partial, and completed by the same command", async () => {
    kind(deeds);
    const partial = await runExperiment(madeUpExperiment(), environment("partial"));
    expect(partial.folder).toMatch(/-partial$/);
    expect(partial.failures.map(({ cell, message }) => [cell, message])).toEqual([["b", "not yet"]]);
    expect(partial.cells).toEqual({ planned: 3, finished: 2 });
    const manifest = readJson<Manifest>(join(partial.folder, "manifest.json"));
    expect(manifest.partial).toMatchObject({ planned: 3, finished: 2, failures: [{ cell: "b", message: "not yet" }] });
    expect(manifest.partial!.failures[0]!.stack).toContain("made-up-cells.ts");
    expect(Object.keys(manifest.files)).toEqual(["rows.csv", "cells/c/events.jsonl", "report.html"]);
    expect(readFileSync(join(partial.folder, "rows.csv"), "utf8")).toMatch(/^cell,value,pid\na,.*\nc,.*\n$/);
    expect(readFileSync(join(partial.folder, "report.html"), "utf8")).toContain("Partial run:");

    const whole = await runExperiment(madeUpExperiment(), environment("partial"));
    expect(whole.folder).not.toContain("partial-");
    expect(whole.failures).toEqual([]);
    const { partial: none, files } = readJson<Manifest>(join(whole.folder, "manifest.json"));
    expect(none).toBeUndefined();
    const log = "log of c\n";
    expect(readFileSync(join(whole.folder, "cells/c/events.jsonl"), "utf8")).toBe(log);
    expect(files["cells/c/events.jsonl"]).toEqual({
      bytes: log.length,
      sha256: createHash("sha256").update(log).digest("hex"),
    });
    expect(readdirSync(join(scratch, "partial", "made-up")).sort()).toEqual(
      [partial.folder, whole.folder].map((folder) => basename(folder)).sort(),
    );
  });

  test("writes nothing when no cell gave rows, and says why", async () => {
    kind({ a: { does: "throw" }, b: { does: "exit" } });
    await expect(runExperiment(madeUpExperiment(), environment("nothing"))).rejects.toThrow(
      "none of the cells could be run; the first, a: a cannot be",
    );
    expect(readdirSync(join(scratch, "nothing", "made-up"))).toEqual(["unfinished"]);
  });
});
