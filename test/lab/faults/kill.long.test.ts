import { join } from "node:path";
import { test } from "vitest";
import { scratchFolder } from "../../support/scratch.ts";
import { killAtRandomMoments, undisturbedSweep } from "./kill-at-random.ts";

const scratch = scratchFolder();

test.skipIf(process.platform === "win32")("sweeps killed at 20 random moments go on where they were", async () => {
  await killAtRandomMoments(20, scratch, await undisturbedSweep(join(scratch, "undisturbed")));
});
