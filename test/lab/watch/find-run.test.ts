import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { cellsOf, findRun } from "../../../src/lab/watch/find-run.ts";
import { scratchFolder } from "../../support/scratch.ts";

const results = join(scratchFolder(), "results");
beforeEach(() => rmSync(results, { recursive: true, force: true }));

const finished = "network/20260131T120000Z-quick";
const later = "network/20260201T120000Z";
const underWay = "network/unfinished/0123456789abcdef.cells";

/** A file at a minute of an hour. */
function file(path: string, minute: number, text = ""): void {
  const whole = join(results, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  utimesSync(whole, minute * 60, minute * 60);
}

function run(folder: string, minute: number): void {
  file(`${folder}/manifest.json`, minute, "{}");
  file(`${folder}/cells/one/playback.jsonl`, minute);
}

test("a run's folder is that run; an experiment, or all results, are the newest of theirs", () => {
  run(finished, 1);
  run(later, 2);
  run("disputes/20260101T000000Z", 3);
  file("network/20260301T000000Z/manifest.json", 9, "{}"); // of a kind that simulates no network
  const found = (given: string) => findRun(given, results).folder;
  expect(found(join(results, finished))).toBe(join(results, finished));
  expect(found(finished)).toBe(join(results, finished));
  expect(found(join(results, "network"))).toBe(join(results, later));
  expect(found("network")).toBe(join(results, later));
  expect(found(results)).toBe(join(results, "disputes/20260101T000000Z"));
  expect(findRun("network", results)).toEqual({
    experiment: "network",
    folder: join(results, later),
    finished: true,
    parts: false,
  });
});

test("a run under way is found where it works, and as the newest while it writes", () => {
  run(finished, 1);
  file(`${underWay}/.attempt-7-0/playback.jsonl`, 5);
  file("network/unfinished/feedfeedfeedfeed.cells/one/playback.jsonl", 4);
  file("network/unfinished/0123456789abcdef.run/cells/one/playback.jsonl", 7); // a run that is being written
  const expected = { experiment: "network", folder: join(results, underWay), finished: false };
  expect(findRun("network", results)).toEqual({ ...expected, parts: true });
  expect(findRun("network/unfinished", results)).toEqual({ ...expected, parts: true });
  expect(findRun(join(results, underWay), results)).toEqual({ ...expected, parts: false });
  run(later, 6);
  expect(findRun("network", results).folder).toBe(join(results, later));
});

test("a run that varies its settings is in the folders that were written to since it began", () => {
  file("network/unfinished/abandoned.cells/one/playback.jsonl", 1);
  file("network/unfinished/0123456789abcdef.lock", 3);
  file("network/unfinished/part-1.cells/one/playback.jsonl", 4);
  file("network/unfinished/part-2.cells/.attempt-7-0/playback.jsonl", 5);
  const cells = cellsOf(findRun("network", results));
  expect(cells.map(({ folder }) => folder.split("/").at(-1))).toEqual(["part-2.cells", "part-1.cells"]);
  rmSync(join(results, "network/unfinished/0123456789abcdef.lock"));
  expect(cellsOf(findRun("network", results)).length).toBe(1);
});

test("a folder of the experiment's name that holds no runs is not in the way; links lead nowhere", () => {
  run(finished, 1);
  file(`${finished}/cells/seed-2/one/playback.jsonl`, 1);
  file("elsewhere/playback.jsonl", 1);
  symlinkSync(join(results, "elsewhere"), join(results, finished, "cells", "link"));
  symlinkSync(join(results, "elsewhere", "playback.jsonl"), join(results, finished, "playback.jsonl"));
  file("inner/models/20260131T120000Z/manifest.json", 1, "{}");
  file("inner/models/20260131T120000Z/cells/one/playback.jsonl", 1);
  expect(cellsOf(findRun(finished, results)).length).toBe(2);
  // `models` is a folder of this project.
  expect(findRun("models", join(results, "inner")).folder).toBe(join(results, "inner/models/20260131T120000Z"));
});

test.each([
  ["", /^RUN: expected a run's folder or an experiment's name/],
  ["nowhere", /^nowhere: no such folder, and .*results holds no runs of an experiment of that name; name /],
  [
    "figure-1",
    /figure-1: holds no run with playback\.jsonl files, which experiments that simulate a network write; run /,
  ],
  ["figure-1/20260131T120000Z", /20260131T120000Z: holds no run with playback\.jsonl files/],
])("%s is refused in one line that says what to do", (given, expected) => {
  file("figure-1/20260131T120000Z/manifest.json", 1, "{}");
  expect(() => findRun(given, results)).toThrow(expected);
});
