import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { Streams } from "../../../src/sim/streams.ts";
import { camelid, ended, start } from "../../cli/camelid.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";
import { cellOf, cells, journalLines, rowsIn, runsIn, undrawnSweepInto, waitUntil } from "./small-sweep.ts";

// Whole runs in processes of their own: long on a machine that has more to do.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const scratch = scratchFolder();

describe.skipIf(process.platform === "win32")("a sweep that is stopped goes on where it was", () => {
  const undisturbed = join(scratch, "undisturbed");
  let wholeMs: number;
  beforeAll(async () => {
    const startMs = performance.now();
    const { code, err } = await camelid(...undrawnSweepInto(undisturbed));
    if (code !== 0) throw new Error(err);
    wholeMs = performance.now() - startMs;
  });

  test("after kill -9 at 20 random moments; nothing is lost, done twice or different", {
    timeout: 600_000,
  }, async () => {
    const moments = new Streams("kill -9").of("moments");

    const finished: string[] = [];
    let kills = 0;
    for (let folder = 0; kills < 20; folder++) {
      const results = join(scratch, `killed-${folder}`);
      let kept: string[] = [];
      for (let done = false; !done; ) {
        const workers = folder % 4 > 0 ? ["--workers", "1"] : [];
        const child = start(...undrawnSweepInto(results, ...workers));
        const end = ended(child);
        // A third of a run is starting and ending; of the rest, what is left to do. Later, it would mostly have ended by itself.
        const leftMs = wholeMs * (1 / 3 + (2 / 3) * (1 - kept.length / cells));
        const killing = setTimeout(() => child.kill("SIGKILL"), moments.uniform() * leftMs);
        const { code, err } = await end;
        clearTimeout(killing);
        const resumed = Number(/going on: (\d+) cells/.exec(err)?.[1] ?? 0);
        if (err.includes("cells; ") || code === 0) expect(resumed).toBe(kept.length);
        done = code === 0;
        if (done) continue;
        expect(code).toBe(null);
        kills++;
        const lines = journalLines(results);
        if (runsIn(results).length > 0 && lines.length === 0) break; // killed after its last deed
        expect(lines.slice(0, kept.length)).toEqual(kept);
        expect(new Set(lines.map(cellOf)).size).toBe(lines.length);
        kept = lines;
      }
      finished.push(results);
    }
    for (const results of finished) {
      // Killed between naming its folder and forgetting its journal, a run is written a second time, and both are whole.
      for (const run of runsIn(results))
        expect(readFileSync(join(results, "network", run, "rows.csv"), "utf8")).toBe(rowsIn(undisturbed));
      const left = readdirSync(join(results, "network")).filter((name) => !name.startsWith("transcripts.sqlite"));
      expect(left.filter((name) => name !== "unfinished")).toEqual(runsIn(results));
    }
  });

  test("after Ctrl-C and a request to end, with exit code 130 and a word on how to go on", async () => {
    const results = join(scratch, "asked");
    let kept = 0;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const child = start(...undrawnSweepInto(results));
      const end = ended(child);
      await waitUntil(() => journalLines(results).length > kept || child.exitCode !== null);
      child.kill(signal);
      const { code, out, err } = await end;
      expect([code, out]).toEqual([130, ""]);
      expect(err).toMatch(/\nstopped; what was finished is kept, and the same command goes on\n$/);
      kept = journalLines(results).length;
      expect(kept).toBeLessThan(cells);
    }
    const whole = await camelid(...undrawnSweepInto(results));
    expect(whole.err).toContain(`going on: ${kept} cells were finished before`);
    expect(whole.code).toBe(0);
    expect(rowsIn(results)).toBe(rowsIn(undisturbed));
  });
});
