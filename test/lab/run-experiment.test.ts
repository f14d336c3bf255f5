import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Experiment, readExperiment } from "../../src/lab/experiment-file.ts";
import { figure1Settings } from "../../src/lab/experiment-file-figure-1.ts";
import type { RunProgress } from "../../src/lab/experiments/kind.ts";
import { runExperiment } from "../../src/lab/run-experiment.ts";
import { RunLock } from "../../src/lab/run-lock.ts";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { draftF16 } from "../support/embedded-models.ts";

const scratch = scratchFolder();
const cells = 2 * 2 * 3;

function experimentWith(...overrides: string[]): Experiment {
  const own = [`models=[{file: ${draftF16}}]`, "tokens=[1,16]", "forms=[generate,one-pass]", "repeats=3"];
  const choices = { overrides: [...own, ...overrides] };
  return readExperiment("experiments/figure-1.yaml", { "figure-1": figure1Settings }, choices);
}

function environment(results: string, onProgress: (progress: RunProgress) => void = () => {}) {
  const { signal } = new AbortController();
  return { resultsFolder: join(scratch, results), signal, onProgress, commandLine: ["run", "x.yaml"] };
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
  const { folder, headline } = await runExperiment(
    experimentWith(),
    environment("aborted", (step) => seen.push(step)),
  );
  const counted = seen.filter(({ total }) => total > 0);
  expect(counted.at(0)).toMatchObject({ done: measured, total: cells, resumed: measured });
  expect(counted.at(-1)).toMatchObject({ done: cells, total: cells, resumed: measured });
  expect(headline.length).toBe(2);
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
