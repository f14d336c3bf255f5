import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../../inference/gguf/scratch.ts";
import { waitUntil } from "./small-sweep.ts";

const scratch = scratchFolder();

test.skipIf(process.platform === "win32")(
  "workers whose runner was killed with -9 end, though they only compute",
  async () => {
    const opened = join(scratch, "opened");
    const program = join(scratch, "runner.ts");
    writeFileSync(
      program,
      `import { Sweep } from ${JSON.stringify(resolve("src/lab/runner/sweep.ts"))};
     import { madeUpExperiment, planOf } from ${JSON.stringify(resolve("test/lab/runner/made-up-cells.ts"))};
     const environment = { resultsFolder: ${JSON.stringify(scratch)}, signal: new AbortController().signal, onProgress() {} };
     const cells = { a: { does: "compute" }, b: { does: "compute" } };
     await new Sweep({ workers: 2 }).run(madeUpExperiment({ opened: ${JSON.stringify(opened)} }), environment, planOf(cells));`,
    );
    const runner = spawn(process.execPath, [program], { stdio: "ignore" });
    const workers = () => (existsSync(opened) ? readFileSync(opened, "utf8").trim().split("\n").map(Number) : []);
    await waitUntil(() => workers().length === 2 || runner.exitCode !== null);
    expect(workers().every(isAlive)).toBe(true);
    runner.kill("SIGKILL");
    await waitUntil(() => !workers().some(isAlive));
  },
);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const state = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]![0] : "R";
    return state !== "Z"; // ended, and waiting for a parent that does not ask
  } catch {
    return false;
  }
}
