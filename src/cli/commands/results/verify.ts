import type { CommandModule } from "yargs";
import { expectNumbers } from "../../argument-errors.ts";
import type { Cli } from "../../cli.ts";
import { reportErrors } from "../../errors.ts";
import { runProgress } from "../../progress.ts";
import { inFolder, runArgument } from "./in-folder.ts";

interface Arguments {
  readonly run: string;
  readonly out: string;
  readonly store: string | undefined;
  readonly workers: number | undefined;
}

export const verifyCommand = (cli: Cli): CommandModule<object, Arguments> => ({
  command: "verify <run>",
  describe: "Compute hashes, rows, tables and verdicts of a run again; exit code 1 names what differs",
  builder: (yargs) =>
    yargs
      .positional("run", runArgument)
      .options(inFolder)
      .option("store", {
        type: "string",
        requiresArg: true,
        describe: "transcript store to compute the rows from; the run's own unless given",
      })
      .option("workers", {
        type: "number",
        requiresArg: true,
        describe: "worker processes; one for each core unless given",
      })
      .check((given) => expectNumbers(given, { workers: { whole: true, least: 1, most: 256 } }))
      .example("$0 results verify network", "the rows from the store, byte for byte, without a model"),
  handler: (given) => reportErrors(cli, () => cli.interruptible((signal) => verify(cli, given, signal))),
});

async function verify(cli: Cli, { run, out, store, workers }: Arguments, signal: AbortSignal): Promise<void> {
  const { findRun } = await import("../../../lab/results/list-runs.ts");
  const { verifyRun } = await import("../../../lab/results/verify-run.ts");
  const { experimentRegistry } = await import("../../../../experiments/index.ts");
  const folder = findRun(out, run);
  const progress = await runProgress(cli);
  const checks = await verifyRun(folder, {
    registry: experimentRegistry,
    store,
    signal,
    onProgress: progress.show,
    ...(workers === undefined ? {} : { workers }),
  }).finally(() => progress.end());
  cli.print(folder);
  for (const { verdict, line } of checks) cli.print(`${verdict.padEnd(11)}  ${line}`);
  if (checks.some(({ verdict }) => verdict === "differs")) cli.exitCode = 1;
}
