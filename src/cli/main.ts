/** The `camelid` command line. Command files import what is heavy only when they run: `--help` must answer at once. */
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { argumentProblem, refuseEmptyValues, refuseRepeatedOptions } from "./argument-errors.ts";
import { calibrateCommand } from "./commands/calibrate.ts";
import { compareCommand } from "./commands/compare.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { figuresCommand } from "./commands/figures.ts";
import { generateCommand } from "./commands/generate.ts";
import { modelsCommand } from "./commands/models.ts";
import { protocolCommand } from "./commands/protocol.ts";
import { reproduceCommand } from "./commands/reproduce.ts";
import { resultsCommand } from "./commands/results.ts";
import { runCommand } from "./commands/run.ts";
import { solveCommand } from "./commands/solve.ts";
import { verifyCommand } from "./commands/verify.ts";
import { watchCommand } from "./commands/watch.ts";
import { exitWithLauncher } from "./launcher.ts";
import { version } from "./version.ts";

// A verdict that could not be written must not look like one that was: `| head -1` is fine, a full disk is not.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
  console.error(`camelid: the output cannot be written (${error.code})`);
  process.exit(2);
});
exitWithLauncher();

await yargs(hideBin(process.argv))
  .scriptName("camelid")
  .usage("$0 <command>\n\nThe wind tunnel for outsourced LLM inference.")
  .command(runCommand)
  .command(reproduceCommand)
  .command(generateCommand)
  .command(verifyCommand)
  .command(calibrateCommand)
  .command(figuresCommand)
  .command(watchCommand)
  .command(compareCommand)
  .command(solveCommand)
  .command(resultsCommand)
  .command(modelsCommand)
  .command(protocolCommand)
  .command(doctorCommand)
  .demandCommand(1, "name a command")
  .recommendCommands()
  .strict()
  // What yargs hands over beside the arguments are its options, not the aliases that its types say.
  .check(() => refuseEmptyValues(hideBin(process.argv)))
  .check((given, options) => refuseRepeatedOptions(given, (options as unknown as { array: string[] }).array))
  .wrap(Math.min(120, process.stdout.columns ?? 120))
  .version(version())
  .help()
  .epilogue(
    "Exit codes: 0 done, 1 a negative answer (rejected, differs, changed, unhealthy), 2 bad input, 3 undecided, 130 interrupted.",
  )
  // A message is yargs' own complaint about the arguments; without one, a command failed in a way it did not foresee.
  .fail((message, error) => {
    if (!message) throw error;
    console.error(`camelid: ${argumentProblem(message, hideBin(process.argv))}`);
    process.exit(2);
  })
  .parseAsync();
