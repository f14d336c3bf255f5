import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { camelid, ended, refusalLine, start } from "../../cli/camelid.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";
import {
  cells,
  journalLines,
  journalPath,
  rowsIn,
  runsIn,
  sweepInto,
  undrawnSweepInto,
  waitUntil,
} from "./small-sweep.ts";

const scratch = scratchFolder();
let rows: string;
beforeAll(async () => {
  const { code, err } = await camelid(...sweepInto(join(scratch, "undisturbed")));
  if (code !== 0) throw new Error(err);
  rows = rowsIn(join(scratch, "undisturbed"));
});

const canMount = platform() === "linux" && process.getuid?.() === 0;

/** A file system of its own, so small that it fills up. */
class SmallDisk {
  readonly folder: string;

  constructor(name: string, kilobytes: number) {
    this.folder = join(scratch, name);
    mkdirSync(this.folder);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", this.folder]);
  }

  resize(kilobytes: number): void {
    execFileSync("mount", ["-o", `remount,size=${kilobytes}k`, this.folder]);
  }

  forbidWriting(): void {
    execFileSync("mount", ["-o", "remount,ro", this.folder]);
  }

  unmount(): void {
    execFileSync("umount", [this.folder]);
  }
}

/** Everything below the folder that is no finished run, journal or store. */
function strayFiles(results: string): string[] {
  return readdirSync(results, { recursive: true })
    .map(String)
    .filter((name) => /\.tmp-|\.run|\.attempt/.test(name));
}

describe.runIf(canMount)("a disk that is full", () => {
  const disks: SmallDisk[] = [];
  afterAll(() => {
    for (const disk of disks) disk.unmount();
  });

  test("is said in one line, whatever was being written; with more room the same command goes on", async () => {
    const sizes = [16, 100, 400, 1500];
    const disk = new SmallDisk("full", sizes[0]!);
    disks.push(disk);
    const met = new Set<string>();
    let kept: string[] = [];
    for (const size of sizes) {
      disk.resize(size);
      const { code, out, err } = await camelid(...sweepInto(disk.folder));
      expect([size, code, out]).toEqual([size, 2, ""]);
      const [line] = err.trimEnd().split("\n").slice(-1);
      expect(line).toMatch(
        /^camelid: .*(cannot be written: the disk is full; free some space|database or disk is full: check the folder|disk I\/O error)/,
      );
      met.add(/sqlite|jsonl|rows|figures|report|manifest|lock/.exec(line!)?.[0] ?? line!);
      expect(runsIn(disk.folder)).toEqual([]);
      expect(strayFiles(disk.folder)).toEqual([]);
      const lines = journalLines(disk.folder);
      expect(lines.slice(0, kept.length)).toEqual(kept);
      kept = lines;
    }
    expect(kept.length).toBe(cells);
    expect(met.size).toBeGreaterThan(1); // different files were in the way
    disk.resize(50_000);
    const { code, err } = await camelid(...sweepInto(disk.folder));
    expect(err).toContain(`going on: ${cells} cells were finished before`);
    expect(code).toBe(0);
    expect(rowsIn(disk.folder)).toBe(rows);
  });

  test("a folder that became read-only is refused, and goes on when it is writable again", async () => {
    const disk = new SmallDisk("read-only", 50_000);
    disks.push(disk);
    disk.forbidWriting();
    expect(refusalLine(await camelid(...sweepInto(disk.folder)))).toMatch(
      /cannot be written: the file system is read-only; choose another results folder$/,
    );
    expect(readdirSync(disk.folder)).toEqual([]);
  });
});

describe.runIf(!canMount && platform() !== "win32")("without the right to mount a small disk", () => {
  test("a file that may not grow is said in one line, and the same command goes on without the limit", async () => {
    const results = join(scratch, "limited");
    const [command, ...rest] = [process.execPath, "src/cli/camelid.mjs", ...sweepInto(results)];
    const quoted = [command, ...rest].map((word) => `'${word}'`).join(" ");
    let failure: { status: number; stderr: string } | undefined;
    try {
      execFileSync("sh", ["-c", `trap '' XFSZ; ulimit -f 16; exec ${quoted}`], { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      failure = error as { status: number; stderr: string };
    }
    expect(failure?.status).toBe(2);
    expect(failure?.stderr).toMatch(/\ncamelid: .*\n$/);
    expect(runsIn(results)).toEqual([]);
    expect((await camelid(...sweepInto(results))).code).toBe(0);
    expect(rowsIn(results)).toBe(rows);
  });

  test("a folder that may not be written is refused", async () => {
    const results = join(scratch, "forbidden");
    mkdirSync(results);
    chmodSync(results, 0o555);
    expect(refusalLine(await camelid(...sweepInto(results)))).toMatch(/cannot be written: not allowed to write there/);
  });
});

test("a journal with a broken line: from there on, cells are done again", async () => {
  const results = join(scratch, "broken-line");
  const child = start(...undrawnSweepInto(results, "--workers", "1"));
  const end = ended(child);
  await waitUntil(() => journalLines(results).length >= 2 || child.exitCode !== null);
  child.kill("SIGKILL");
  await end;
  const path = journalPath(results)!;
  writeFileSync(path, readFileSync(path, "utf8").replace(/"rows":/, '"rows"\0'));
  const { code, err } = await camelid(...undrawnSweepInto(results, "--workers", "1"));
  expect([code, err.includes("going on"), err.includes(`${cells}/${cells} cells`)]).toEqual([0, false, true]);
  expect(rowsIn(results)).toBe(rows);
});

test("a clock that jumps changes no row and breaks no journal and no name", async () => {
  // Every look at it finds another year, the past among them.
  const jumping = `
    const jumps = [0, -400, 800, -9000, 3, 0, -1].map((days) => days * 86_400_000);
    let looks = 0;
    globalThis.Date = class extends Date {
      constructor(...given) {
        super(...(given.length === 0 ? [globalThis.Date.now()] : given));
      }
      static now() {
        return super.now() + jumps[looks++ % jumps.length];
      }
    };`;
  const results = join(scratch, "jumping");
  vi.stubEnv("NODE_OPTIONS", `--import=data:text/javascript,${encodeURIComponent(jumping)}`);
  const child = start(...undrawnSweepInto(results, "--workers", "1"));
  const end = ended(child);
  await waitUntil(() => journalLines(results).length >= 2 || child.exitCode !== null);
  child.kill("SIGKILL");
  await end;
  const { code, err } = await camelid(...undrawnSweepInto(results, "--workers", "1"));
  vi.unstubAllEnvs();
  expect([code, /going on: \d/.test(err)]).toEqual([0, true]);
  expect(rowsIn(results)).toBe(rows);
});

test("a finished run that lost a file's end is found out", async () => {
  const results = join(scratch, "undisturbed");
  const [run] = runsIn(results);
  appendFileSync(join(results, "network", run!, "rows.csv"), "\n");
  expect(refusalLine(await camelid("figures", join(results, "network", run!)))).toMatch(/rows\.csv: changed since/);
});
