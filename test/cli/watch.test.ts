import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { finishedRun } from "../lab/watch/watched.ts";
import { scratchFolder } from "../support/scratch.ts";
import { camelid, ended, refusalLine, start } from "./camelid.ts";

const results = scratchFolder();
const run = join(results, "network", "20260131T120000Z-quick");
const playback = join(run, "cells", "mixed-redundant-run-0", "playback.jsonl");
let jobs: number;
beforeAll(async () => {
  jobs = (await finishedRun(run)).find(({ party }) => party === "network")!.jobs!;
});

/** The first line that a process says, which is when its page is there. */
function firstLine(child: ReturnType<typeof start>): Promise<string> {
  return new Promise((resolve) => child.stdout!.once("data", (data) => resolve(String(data))));
}

describe("the page", () => {
  test("is served until Ctrl-C, which is how watching ends", async () => {
    const child = start("watch", "network", "--out", results, "--no-open");
    const end = ended(child);
    const line = await firstLine(child);
    const [, url] = /^(http:\/\/127\.0\.0\.1:\d+\/) +replay of .*20260131T120000Z-quick; Ctrl-C ends it\n$/.exec(line)!;
    expect((await fetch(url!)).status).toBe(200);
    child.kill("SIGINT");
    expect((await end).code).toBe(0);
    await expect(fetch(url!)).rejects.toThrow();
  });

  test("takes the port it is given or none; without one it finds a free one", async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) =>
      other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port)),
    );
    try {
      const refused = await camelid("watch", run, "--no-open", "--port", String(port));
      expect(refusalLine(refused)).toBe(
        `--port ${port}: taken by another program; name another, or none for a free one`,
      );
    } finally {
      other.close();
    }
    const [one, two] = [start("watch", run, "--no-open"), start("watch", run, "--no-open")];
    const lines = [await firstLine(one), await firstLine(two)];
    expect(new Set(lines.map((line) => line.split(" ")[0])).size).toBe(2);
    for (const child of [one, two]) {
      const end = ended(child);
      child.kill("SIGTERM");
      expect((await end).code).toBe(0);
    }
  });
});

describe("in a terminal", () => {
  test("a finished run is one plain line for each cell", async () => {
    const { out, err, code } = await camelid("watch", run, "--terminal");
    expect({ err, code }).toEqual({ err: "", code: 0 });
    expect(out).toMatch(
      new RegExp(`^mixed, redundant, run 0: simulated 2:00:00 of 2:00:00, jobs ${jobs}, open 0, [^\n]+\n$`),
    );
  });

  test("a run under way is followed to its end", async () => {
    const unfinished = join(results, "other", "unfinished", "0123.cells");
    const attempt = join(unfinished, ".attempt-1-0");
    const bytes = readFileSync(playback);
    mkdirSync(attempt, { recursive: true });
    const file = join(attempt, "playback.jsonl");
    writeFileSync(file, bytes.subarray(0, 20_000));
    const child = start("watch", "other", "--out", results, "--terminal");
    const end = ended(child);
    expect(await firstLine(child)).toMatch(/^mixed, redundant, run 0: simulated 0:\d\d:\d\d of 2:00:00/);
    appendFileSync(file, bytes.subarray(20_000));
    const done = join(results, "other", "20990101T000000Z");
    mkdirSync(join(done, "cells"), { recursive: true });
    renameSync(attempt, join(done, "cells", "one"));
    writeFileSync(join(done, "manifest.json"), "{}");
    const { out, code } = await end;
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n").at(-1)).toContain(`simulated 2:00:00 of 2:00:00, jobs ${jobs},`);
  });

  test("Ctrl-C before the end is an interruption", async () => {
    const attempt = join(results, "third", "unfinished", "0123.cells", ".attempt-1-0");
    mkdirSync(attempt, { recursive: true });
    writeFileSync(join(attempt, "playback.jsonl"), readFileSync(playback).subarray(0, 20_000));
    const child = start("watch", "third", "--out", results, "--terminal");
    const end = ended(child);
    await firstLine(child);
    child.kill("SIGINT");
    expect((await end).code).toBe(130);
  });
});

test.each([
  [["watch", "nowhere"], "nowhere: no such folder, and results holds no runs of an experiment of that name"],
  [["watch", "models"], "models: holds no run with playback.jsonl files"],
  [["watch"], "an argument is missing; see 'camelid watch --help'"],
  [["watch", "network", "--port", "99999"], "--port: expected"],
  [["watch", "network", "--port", "many"], "--port: expected"],
])("%j is refused in one line", async (args, expected) => {
  expect(refusalLine(await camelid(...args))).toContain(expected);
});

test("a damaged playback is named, with its line", async () => {
  const cell = join(results, "damaged", "20260131T120000Z", "cells", "one");
  mkdirSync(cell, { recursive: true });
  writeFileSync(join(cell, "..", "..", "manifest.json"), "{}");
  writeFileSync(join(cell, "playback.jsonl"), `${readFileSync(playback, "utf8").slice(0, 9000)}\n`);
  const line = refusalLine(await camelid("watch", "damaged", "--out", results, "--terminal"));
  expect(line).toMatch(
    /cells\/one\/playback\.jsonl:\d+: expected JSON, found something else: the file is damaged; run the cell again$/,
  );
});
