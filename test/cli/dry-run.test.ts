import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { cells, journalLines, journalPath, runsIn, sweepInto } from "../lab/faults/small-sweep.ts";
import { camelid, refusalLine } from "./camelid.ts";

const scratch = scratchFolder();
const results = join(scratch, "results");

async function dry(...args: string[]): Promise<string> {
  const { out, err, code } = await camelid(...args, "--dry-run");
  expect([err, code]).toEqual(["", 0]);
  return out;
}

test("before anything has run, it names the cells, and nothing is written", async () => {
  const out = await dry(...sweepInto(results));
  expect(out.split("\n").slice(0, 2)).toEqual([
    `network: ${cells} cells, 0 of them finished by an earlier run; ${cells} to run`,
    "  mixed, exclusive, run 0",
  ]);
  expect(out).toMatch(
    /\ntime: about \d+s; disk: about [\d.]+ MB without transcripts; going by what the quick presets took .*: a rough guide\n$/,
  );
  expect(existsSync(results)).toBe(false);
});

test("knows what is finished, and estimates from it; once the run is complete, other runs are estimated from that", async () => {
  expect((await camelid(...sweepInto(results, "--only", "central, run 1"))).code).toBe(0);
  const [before, journal] = [journalLines(results), journalPath(results)];
  const out = await dry(...sweepInto(results));
  expect(out).toContain(`network: ${cells} cells, 1 of them finished by an earlier run; ${cells - 1} to run\n`);
  expect(out).toContain("\n  mixed, central, run 1 (finished)\n");
  expect(out).toMatch(
    /\ntime: about \d+s; disk: about .* without transcripts; going by 1 finished cell of this run\n$/,
  );
  expect([journalLines(results), journalPath(results)]).toEqual([before, journal]);
  expect(await dry(...sweepInto(results, "--only", "exclusive"))).toContain(`; ${cells / 2} to run\n`);

  expect((await camelid(...sweepInto(results))).code).toBe(0);
  const run = runsIn(results).find((name) => !name.endsWith("-partial"))!;
  const other = await dry(...sweepInto(results, "--set", "factors.checkBudget=[1,2,3]"));
  expect(other).toContain(`network: ${3 * cells} cells, 0 of them finished by an earlier run; ${3 * cells} to run\n`);
  expect(other).toContain(`\n  checkBudget=3: ${cells} cells, 0 finished\n`);
  expect(other).toContain(`; going by ${join(results, "network", run)}\n`);
  expect(await dry(...sweepInto(results, "--set", "runs=2"))).toContain(`${run}, which had other settings\n`);

  // Where this run's answers came from is not where those of others come from.
  const same = ["--set", "seed=2"];
  expect(await dry(...sweepInto(results, ...same, "--inference", "live"))).toContain(
    `${run}, whose inference was recorded; live takes longer\n`,
  );
  expect(await dry(...sweepInto(results, ...same, "--inference", "store-only"))).toContain(
    `${run}, whose inference was recorded; the store alone takes less\n`,
  );
});

test("a run that opened no model says nothing of one that may have to", async () => {
  const stored = join(scratch, "stored");
  const store = ["--set", `store=${join(results, "network", "transcripts.sqlite")}`];
  expect((await camelid(...sweepInto(stored, ...store, "--inference", "store-only"))).code).toBe(0);
  const run = join(stored, "network", runsIn(stored)[0]!);
  expect(await dry(...sweepInto(stored, ...store, "--set", "seed=2", "--inference", "store-only"))).toContain(
    `; going by ${run}\n`,
  );
  for (const mode of [
    ["--inference", "live"],
    ["--set", "jobs.tokenLimit=16"],
  ])
    expect(await dry(...sweepInto(stored, ...store, ...mode))).toContain(`: a rough guide (${run} opened no model)\n`);
  // What the store alone had for it, it has for a run that could open models.
  expect(await dry(...sweepInto(stored, ...store))).toContain(`; going by ${run}\n`);
});

test.each(["figure-1", "verification-cost"])("counts the measurements of %s as a run makes them", async (name) => {
  const reference = join("results/reference", name);
  const [run] = readdirSync(reference);
  const rows =
    readFileSync(join(reference, run!, "rows.csv"), "utf8")
      .trimEnd()
      .split("\n").length - 1;
  const { experiment } = JSON.parse(readFileSync(join(reference, run!, "manifest.json"), "utf8"));
  const sets = Object.entries(experiment.resolved).flatMap(([key, value]) => [
    "--set",
    `${key}=${JSON.stringify(value)}`,
  ]);
  const out = await dry("run", name, ...sets, "--out", "results/reference");
  expect(out).toContain(`${name}: ${rows} measurements, one after the other\n`);
  expect(out).toContain(`; going by ${join(reference, run!)}\n`);
});

test("where nothing ran yet, goes by a reference run of the same measurements or settings; arithmetic has an estimate, too", async () => {
  const nowhere = join(scratch, "nowhere");
  const estimate = /\ntime: about \S.*; disk: about [\d.]+ MB without transcripts; going by (.*)\n$/;
  const timed = await dry("run", "experiments/figure-1/figure-1.yaml", "--preset", "quick", "--out", nowhere);
  expect(estimate.exec(timed)?.[1]).toMatch(/^results\/reference\/figure-1\/\S+ on \S/);
  const computed = await dry("run", "experiments/token-cost/token-cost.yaml", "--out", nowhere);
  expect(computed).toMatch(/^token-cost: one piece of arithmetic, no cells\n/);
  expect(estimate.exec(computed)?.[1]).toMatch(/: a rough guide$/);
});

test("what a run would refuse is refused", async () => {
  mkdirSync(join(scratch, "other"));
  const missing = sweepInto(join(scratch, "other"), "--set", "models.target=nowhere.gguf", "--dry-run");
  expect(refusalLine(await camelid(...missing))).toMatch(/nowhere\.gguf: no such file/);
  const none = sweepInto(join(scratch, "other"), "--only", "no such cell", "--dry-run");
  expect(refusalLine(await camelid(...none))).toMatch(/^--only: no cell has this in its name; they are 'mixed, /);
  expect(readdirSync(join(scratch, "other"))).toEqual([]);
});
