/** The `camelid` command line. Command files import what is heavy only when they run: `--help` must answer at once. */
import yargs from "yargs";
import { argumentProblem, refuseEmptyValues, refuseNoBooleans, refuseRepeatedOptions } from "./argument-errors.ts";
import { Cli, type Io } from "./cli.ts";
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
import { reportErrors, UsageError } from "./errors.ts";
import { version } from "./version.ts";

/** Runs one command line; says how it ended by the exit code. Rejects only for a defect of ours. */
export async function main(words: readonly string[], io: Io): Promise<void> {
  const cli = new Cli(words, io);
  await reportErrors(cli, () => runCommandLine(cli));
}

async function runCommandLine(cli: Cli): Promise<void> {
  let said = "";
  await yargs()
    .scriptName("camelid")
    .usage("$0 <command>\n\nThe wind tunnel for outsourced LLM inference.")
    // What yargs says would else be in the language of the system.
    .locale("en")
    // `--out.x a` is no option of ours; of `--no-` there are those that are documented, and yargs would make one of every option.
    .parserConfiguration({ "dot-notation": false })
    .command(runCommand(cli))
    .command(reproduceCommand(cli))
    .command(generateCommand(cli))
    .command(verifyCommand(cli))
    .command(calibrateCommand(cli))
    .command(figuresCommand(cli))
    .command(watchCommand(cli))
    .command(compareCommand(cli))
    .command(solveCommand(cli))
    .command(resultsCommand(cli))
    .command(modelsCommand(cli))
    .command(protocolCommand(cli))
    .command(doctorCommand(cli))
    .demandCommand(1, "name a command")
    .recommendCommands()
    .strict()
    // What yargs hands over beside the arguments are its options, not the aliases that its types say.
    .check(() => refuseEmptyValues(cli.words))
    .check((_, options) => refuseNoBooleans(cli.words, (options as unknown as { boolean: string[] }).boolean))
    .check((given, options) => refuseRepeatedOptions(given, (options as unknown as { array: string[] }).array))
    .wrap(Math.min(120, cli.stdout.columns ?? 120))
    .version(version())
    .help()
    .epilogue(
      "Exit codes: 0 done, 1 a negative answer (rejected, differs, changed, unhealthy), 2 bad input, 3 undecided, 130 interrupted.",
    )
    // A message is yargs' own complaint about the arguments; without one, a command failed in a way it did not foresee.
    .fail((message, error) => {
      if (!message) throw error;
      throw new UsageError(argumentProblem(message, cli.words));
    })
    // With a function to hand its help and version to, yargs prints nothing itself and leaves the process alone.
    .parseAsync([...cli.words], {}, (_error, _given, output) => {
      said = output;
    });
  if (said !== "") cli.print(said);
}
