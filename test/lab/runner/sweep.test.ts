import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { modelIdentity } from "../../../src/inference/model-file.ts";
import type { RunProgress } from "../../../src/lab/experiment/define.ts";
import type { CellPlan } from "../../../src/lab/runner/cells.ts";
import { matchesPattern } from "../../../src/lab/runner/only.ts";
import { Sweep, type SweepOptions } from "../../../src/lab/runner/sweep.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";
import { type Deed, type MadeUpRow, madeUpExperiment, planOf } from "./made-up-cells.ts";

const scratch = scratchFolder();
const give: Deed = { does: "give" };

/** Runs cells, in a results folder of the test's own. */
async function sweepOf(
  results: string,
  cells: Readonly<Record<string, Deed>>,
  options: SweepOptions & {
    settings?: Readonly<Record<string, unknown>>;
    signal?: AbortSignal;
    models?: CellPlan<Deed>["models"];
  } = {},
) {
  const sweep = new Sweep({ workers: 2, ...options });
  const seen: RunProgress[] = [];
  const { signal = new AbortController().signal, settings } = options;
  const environment = { resultsFolder: join(scratch, results), signal, onProgress: (at: RunProgress) => seen.push(at) };
  const running = sweep.run<Deed, MadeUpRow>(madeUpExperiment(settings), environment, planOf(cells, options.models));
  return { sweep, seen, ...(await running) };
}

const unfinished = (results: string) => join(scratch, results, "made-up", "unfinished");

test("rows come in the order of the plan, from as many processes as were asked for, each opened once", async () => {
  const keys = Array.from({ length: 9 }, (_, i) => `cell ${i}`);
  const opened = join(scratch, "opened");
  const cells = Object.fromEntries(keys.map((key) => [key, give]));
  const { rows, seen } = await sweepOf("order", cells, { settings: { opened } });
  expect(rows.map(({ cell, value }) => [cell, value])).toEqual(keys.map((key) => [key, key.length / 3]));
  const pids = readFileSync(opened, "utf8").trim().split("\n");
  expect(pids.length).toBe(2);
  expect(new Set(pids).size).toBe(2);
  expect(new Set(rows.map(({ pid }) => String(pid)))).toEqual(new Set(pids));
  expect(pids).not.toContain(String(process.pid));
  expect(seen.at(-1)).toEqual({ done: 9, failed: 0, total: 9, resumed: 0, doing: "drawing" });
});

test("a cell that fails keeps its error and stack, and the others go on", async () => {
  const { rows, sweep, seen } = await sweepOf("fails", { a: give, b: { does: "throw" }, c: give });
  expect(rows.map(({ cell }) => cell)).toEqual(["a", "c"]);
  expect(sweep.failures).toMatchObject([{ cell: "b", type: "TypeError", message: "b cannot be" }]);
  expect(sweep.failures[0]!.stack).toMatch(/made-up-cells\.ts:\d+/);
  expect([sweep.finished, sweep.planned]).toEqual([2, 3]);
  expect(seen.at(-1)).toMatchObject({ done: 2, failed: 1, total: 3 });
});

test("the same command later tries only what failed, in a worker that the failure left no trace in", async () => {
  const cells: Record<string, Deed> = { a: give, b: { does: "fail-once", file: join(scratch, "tried") }, c: give };
  const first = await sweepOf("again", cells);
  expect(first.sweep.failures.map(({ cell }) => cell)).toEqual(["b"]);
  first.discardJournal(); // of an incomplete run it is kept
  const second = await sweepOf("again", cells);
  expect(second.sweep.failures).toEqual([]);
  expect(second.seen[0]).toMatchObject({ done: 2, resumed: 2, total: 3, doing: "b" });
  expect(second.rows.filter(({ cell }) => cell !== "b")).toEqual(first.rows);
  expect(second.rows.map(({ cell }) => cell)).toEqual(["a", "b", "c"]);
  second.discardJournal();
  expect(readdirSync(unfinished("again"))).toEqual([]);
});

test.each([
  ["fills its memory", { does: "fill-memory" }, /^the worker died \(SIGABRT\): its JavaScript heap was full/],
  ["ends its process", { does: "exit" }, /^the worker died \(exit code 7\)/],
] as const)("a worker that %s fails its cell only, and says how it died", async (name, deed, message) => {
  const cells = { a: give, b: deed, c: give, d: deed, e: give };
  const { rows, sweep } = await sweepOf(name, cells, { memoryMegabytes: 40 });
  expect(rows.map(({ cell }) => cell)).toEqual(["a", "c", "e"]);
  expect(sweep.failures.map(({ cell }) => cell)).toEqual(["b", "d"]);
  for (const failure of sweep.failures) expect(failure.message).toMatch(message);
});

test("what concerns all cells ends the run in its own words", async () => {
  const cells = { a: { does: "refuse" }, b: { does: "wait" } } as const;
  await expect(sweepOf("refused", cells)).rejects.toThrow(/^models\/x\.gguf: no such file$/);
});

test("rows of a cell during which a model was replaced are not kept, nor any after it", async () => {
  const path = join(scratch, "model.gguf");
  writeFileSync(path, "weights");
  const models = [{ path, root: (await modelIdentity(path)).root }];
  const cells: Record<string, Deed> = { a: give, b: { does: "overwrite", file: path }, c: give };
  const running = sweepOf("replaced", cells, { workers: 1, models });
  await expect(running).rejects.toMatchObject({ name: "ModelFileError", code: "changed" });
  writeFileSync(path, "weights");
  const later = await sweepOf("replaced", { ...cells, b: give }, { workers: 1, models });
  expect(later.seen[0]).toMatchObject({ resumed: 1 });
  expect(later.rows.map(({ cell }) => cell)).toEqual(["a", "b", "c"]);
});

test("aborted, cells that look at their signal give up, and those that do not are killed; finished ones are kept", async () => {
  const controller = new AbortController();
  const half: Deed = { does: "wait", file: "half.log" };
  const cells: Record<string, Deed> = { a: give, b: half, c: { does: "compute" }, d: give };
  const running = sweepOf("stopped", cells, { signal: controller.signal });
  const journal = () => {
    const folder = unfinished("stopped");
    const name = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith(".jsonl")) : undefined;
    return name === undefined ? "" : readFileSync(join(folder, name), "utf8");
  };
  while (journal() === "") await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await expect(running).rejects.toThrow(/abort/i);
  expect(journal()).toMatch(/^\{"cell":"a","rows":.*\}\n$/);
  const files = readdirSync(unfinished("stopped"), { recursive: true }).map(String);
  expect(files).toEqual([expect.stringMatching(/^[0-9a-f]+\.jsonl$/)]);
});

test("a cell's own files are the run's when it has finished, and nothing is left of one that failed", async () => {
  const cells: Record<string, Deed> = {
    "mixed, run 1": { does: "write", file: "events.jsonl" },
    "mixed/run 1": { does: "write", file: "events.jsonl" },
    b: { does: "fail-once", file: join(scratch, "once") },
    c: { does: "write", file: "../escape" },
  };
  const { sweep, discardJournal } = await sweepOf("files", cells);
  const names = sweep.artifacts.map(({ name }) => name);
  // Both would be called mixed-run-1: neither is, whichever comes first.
  for (const name of names) expect(name).toMatch(/^cells\/mixed-run-1-[0-9a-f]{8}\/events\.jsonl$/);
  expect(new Set(names).size).toBe(2);
  expect(sweep.artifacts.map(({ path }) => readFileSync(path, "utf8"))).toEqual([
    "log of mixed, run 1\n",
    "log of mixed/run 1\n",
  ]);
  expect(sweep.failures.map(({ message }) => message)).toEqual([
    "not yet",
    `file '../escape' of a cell: expected letters, digits, ".", "_" and "-"`,
  ]);
  discardJournal();
  const again = await sweepOf("files", { ...cells, c: { does: "write", file: "trace.bin" } });
  expect(again.seen[0]).toMatchObject({ resumed: 2 });
  expect(again.sweep.artifacts.map(({ name }) => name)).toEqual([...names, "cells/c/trace.bin"]);
  again.discardJournal();
  expect(readdirSync(unfinished("files"))).toEqual([]);
});

test("what a cell warns of is told", async () => {
  const { sweep, rows } = await sweepOf("warns", { a: { does: "warn" } });
  expect(rows.length).toBe(1);
  expect(sweep.problems).toEqual(["a was damaged"]);
});

test("only cells that a pattern names run; no such cell is refused, with the names that there are", async () => {
  const cells = { "mixed, run 1": give, "mixed, run 2": give, "honest, run 2": give };
  const { rows, sweep } = await sweepOf("only", cells, { only: matchesPattern("MIXED*2") });
  expect(rows.map(({ cell }) => cell)).toEqual(["mixed, run 2"]);
  expect([sweep.finished, sweep.planned, sweep.failures.length]).toEqual([1, 3, 0]);
  await expect(sweepOf("none", cells, { only: matchesPattern("run 3") })).rejects.toThrow(
    "--only: no cell has this in its name; they are 'mixed, run 1', 'mixed, run 2', 'honest, run 2'",
  );
});
