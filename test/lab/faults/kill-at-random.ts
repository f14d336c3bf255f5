import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { Streams } from "../../../src/sim/streams.ts";
import { ended, start } from "../../cli/camelid.ts";
import { cellOf, cells, journalLines, rowsIn, runsIn, undrawnSweepInto } from "./small-sweep.ts";

/** What the sweep gives where nobody stops it, and how long it takes as a process of its own. */
export interface Undisturbed {
  readonly rows: string;
  readonly wholeMs: number;
}

export async function undisturbedSweep(results: string): Promise<Undisturbed> {
  const startMs = performance.now();
  const { code, err } = await ended(start(...undrawnSweepInto(results)));
  if (code !== 0) throw new Error(err);
  return { rows: rowsIn(results), wholeMs: performance.now() - startMs };
}

/** Kills sweeps (-9) at so many random moments, and lets them go on: nothing may be lost, done twice or different. */
export async function killAtRandomMoments(
  wanted: number,
  scratch: string,
  { rows, wholeMs }: Undisturbed,
): Promise<void> {
  const moments = new Streams("kill -9").of("moments");

  const finished: string[] = [];
  let kills = 0;
  for (let folder = 0; kills < wanted; folder++) {
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
      expect(readFileSync(join(results, "network", run, "rows.csv"), "utf8")).toBe(rows);
    const left = readdirSync(join(results, "network")).filter((name) => !name.startsWith("transcripts.sqlite"));
    expect(left.filter((name) => name !== "unfinished")).toEqual(runsIn(results));
  }
}
