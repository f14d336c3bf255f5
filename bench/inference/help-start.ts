/**
 * Target: `camelid --help` answers within 0.3 s; the ratio to starting Node on nothing tells a slow machine from a slow program.
 *
 *   node bench/inference/help-start.ts [--repeats N]
 */
import { spawnSync } from "node:child_process";
import { interleaved } from "../support/interleaved.ts";
import { describe, report, reportRatio, summary } from "../support/report.ts";
import { repeatsGiven } from "../support/setting.ts";

const start = (...argv: string[]) => {
  const { status, stdout } = spawnSync(process.execPath, argv, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${argv.join(" ")}: exit code ${status}`);
  return stdout;
};
const measured = await interleaved(
  {
    "node -e 0": async () => start("-e", "0"),
    "camelid --help": async () => start("src/cli/camelid.mjs", "--help"),
  },
  repeatsGiven(15),
);
for (const [name, measurement] of Object.entries(measured)) describe(name, measurement);
reportRatio("camelid --help / node -e 0", measured["camelid --help"], measured["node -e 0"]);
const { wallMs } = measured["camelid --help"];
report("camelid --help, ms", Math.min(...wallMs), wallMs, { atMost: 300 });
summary();
