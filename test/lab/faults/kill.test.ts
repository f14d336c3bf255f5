import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { camelid, ended, start } from "../../cli/camelid.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";
import { killAtRandomMoments, type Undisturbed, undisturbedSweep } from "./kill-at-random.ts";
import { cells, journalLines, rowsIn, undrawnSweepInto, waitUntil } from "./small-sweep.ts";

const scratch = scratchFolder();

describe.skipIf(process.platform === "win32")("a sweep that is stopped goes on where it was", () => {
  let undisturbed: Undisturbed;
  beforeAll(async () => {
    undisturbed = await undisturbedSweep(join(scratch, "undisturbed"));
  });

  test("after kill -9 at 3 random moments; nothing is lost, done twice or different", async () => {
    await killAtRandomMoments(3, scratch, undisturbed);
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
    expect(rowsIn(results)).toBe(undisturbed.rows);
  });
});
