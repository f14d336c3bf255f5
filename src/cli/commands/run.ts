import type { CommandModule } from "yargs";
import type { ExperimentKind } from "../../lab/experiment/define.ts";
import type { DryRun } from "../../lab/runner/dry-run.ts";
import type { FinishedRun } from "../../lab/runner/run-experiment.ts";
import type { CellFailure } from "../../lab/runner/sweep.ts";
import { expectNumbers } from "../argument-errors.ts";
import type { Cli } from "../cli.ts";
import { reportErrors, UsageError } from "../errors.ts";
import { type GpuChoice, gpuOptions, gpuOverrides, requireGpu } from "../gpu.ts";
import { runProgress, timeText } from "../progress.ts";
import { bytesText, referenceFolder } from "../terminal.ts";

interface RunArguments {
  readonly experiment: string;
  readonly preset: string | undefined;
  readonly set: string[];
  readonly seed: string | undefined;
  readonly out: string;
  readonly workers: number | undefined;
  readonly only: string | undefined;
  readonly inference: string | undefined;
  readonly check: boolean;
  readonly "dry-run": boolean;
  readonly gpu: GpuChoice | undefined;
  readonly "gpu-layers": number | undefined;
}

export const runCommand = (cli: Cli): CommandModule<unknown, RunArguments> => ({
  command: "run <experiment>",
  describe: "Run an experiment file and write its results folder",
  builder: (yargs) =>
    yargs
      .positional("experiment", {
        type: "string",
        demandOption: true,
        describe: "name of an experiment (see experiments/), or a YAML file",
      })
      .option("preset", {
        type: "string",
        requiresArg: true,
        describe: "one of the file's presets, for instance quick or full",
      })
      .option("set", {
        type: "string",
        array: true,
        nargs: 1,
        default: [] as string[],
        describe:
          "override a setting: --set repeats=9 --set 'tokens=[1,100]'; a block's keys join those there, with := they replace them",
      })
      .option("seed", { type: "string", requiresArg: true, describe: "root seed, instead of the file's" })
      .option("out", { type: "string", requiresArg: true, default: "results", describe: "folder for results" })
      .option("workers", {
        type: "number",
        requiresArg: true,
        describe: "worker processes; one for each core unless given. Results do not depend on it",
      })
      .option("only", {
        type: "string",
        requiresArg: true,
        describe: "run only the cells whose names have this in them; * stands for anything. The run is partial then",
      })
      .option("inference", {
        choices: ["recorded", "live", "store-only"] as const,
        requiresArg: true,
        describe: "where answers come from: the store and models, models, or the store alone; instead of the file's",
      })
      .option("check", {
        type: "boolean",
        default: true,
        describe: "check a network's invariants while it runs; --no-check does not",
      })
      .option("dry-run", {
        type: "boolean",
        default: false,
        describe: "say which cells there are, how many are finished, and what the others may take; run nothing",
      })
      .options(gpuOptions)
      .check((given) =>
        expectNumbers(given, {
          workers: { whole: true, least: 1, most: 256 },
          "gpu-layers": { whole: true, least: 0 },
        }),
      )
      .example("$0 run figure-1 --preset quick", "Figure 1 in a few minutes")
      .example("$0 run network --inference store-only", "again from recorded transcripts")
      .example("$0 run figure-1 --set 'tokens=[10,100,1000]' --set repeats=5", "a smaller grid")
      .epilogue("While it simulates a network, 'camelid watch NAME' shows it live; NAME is the experiment's."),
  handler: ({ experiment, ...choices }) => reportErrors(cli, () => run(cli, experiment, choices)),
});

async function run(cli: Cli, given: string, choices: Omit<RunArguments, "experiment">): Promise<void> {
  const { readExperiment } = await import("../../lab/experiment/file.ts");
  const { findExperimentFile } = await import("../../lab/experiment/find.ts");
  const { experimentRegistry } = await import("../../../experiments/index.ts");
  const { runExperiment } = await import("../../lab/runner/run-experiment.ts");
  const { matchesPattern } = await import("../../lab/runner/only.ts");
  const { preset, seed, out, inference, workers, only } = choices;
  const overrides = [
    ...choices.set,
    ...(seed === undefined ? [] : [`seed=${seed}`]),
    ...(inference === undefined ? [] : [`inference=${inference}`]),
    ...(await gpuOverrides(choices)),
  ];
  const file = findExperimentFile(given);
  const read = (...more: string[]) =>
    readExperiment(file, experimentRegistry, { preset, overrides: [...overrides, ...more] });
  const asGiven = read();
  for (const line of asGiven.deprecated ?? []) cli.printError(`warning: ${line}`);
  checkChoices(cli, asGiven.kind, experimentRegistry[asGiven.kind]!, choices);
  const experiment = choices.check ? asGiven : read("check=false");
  await requireGpu(experiment.settings);

  await cli.interruptible(async (signal) => {
    const choice = {
      registry: experimentRegistry,
      resultsFolder: out,
      signal,
      ...(workers === undefined ? {} : { workers }),
      ...(only === undefined ? {} : { only: matchesPattern(only) }),
    };
    if (choices["dry-run"]) {
      const { dryRun } = await import("../../lab/runner/dry-run.ts");
      return printDryRun(cli, experiment.name, await dryRun(experiment, { ...choice, referenceFolder }));
    }
    const progress = await runProgress(cli);
    try {
      const finished = await runExperiment(experiment, {
        ...choice,
        onProgress: progress.show,
        commandLine: cli.words,
      });
      progress.end();
      report(cli, finished);
    } catch (error) {
      progress.end();
      if (signal.aborted) cli.printError("stopped; what was finished is kept, and the same command goes on");
      if ((error as { code?: unknown }).code !== "cells-failed") throw error;
      const { failures } = error as Error & { failures: readonly CellFailure[] };
      reportFailures(cli, failures);
    }
  });
}

function printDryRun(cli: Cli, name: string, { parts, toRun, workers, estimate }: DryRun): void {
  const all = parts.flatMap(({ cells }) => cells);
  const finished = all.filter((cell) => cell.finished).length;
  const failed = parts.reduce((sum, part) => sum + part.failed, 0);
  if (all.length === 0)
    cli.print(
      toRun === 0
        ? `${name}: one piece of arithmetic, no cells`
        : `${name}: ${toRun} measurements, one after the other`,
    );
  else {
    const tried = failed === 0 ? "" : `, ${failed} failed and are tried again`;
    cli.print(`${name}: ${all.length} cells, ${finished} of them finished by an earlier run${tried}; ${toRun} to run`);
    for (const { part, cells } of parts.slice(0, shownCells))
      if (part !== null)
        cli.print(`  ${part}: ${cells.length} cells, ${cells.filter((cell) => cell.finished).length} finished`);
    const shown = parts.length > 1 ? [] : all.slice(0, shownCells);
    for (const cell of shown) cli.print(`  ${cell.name}${cell.finished ? " (finished)" : ""}`);
    const more = parts.length > 1 ? parts.length - shownCells : all.length - shown.length;
    if (more > 0) cli.print(`  and ${more} more`);
    cli.print(`workers: ${workers}`);
  }
  if (toRun === 0 && all.length > 0) return;
  const { seconds, bytes, source } = estimate;
  cli.print(
    `time: about ${timeText(Math.max(1, seconds))}; disk: about ${bytesText(bytes)} without transcripts; going by ${source}`,
  );
}

const shownCells = 20;

/** What a kind cannot do is refused, not ignored; more workers than it uses do no harm, and are said. */
function checkChoices(
  cli: Cli,
  name: string,
  { measuresTime, settings }: ExperimentKind,
  { workers = 1, only, inference, check }: Pick<RunArguments, "workers" | "only" | "inference" | "check">,
): void {
  // `population` has a setting of that name that says which of its points are simulated.
  if (!check && !("eventLog" in settings.shape))
    throw new UsageError(
      `--no-check: experiments of kind ${name} leave no network's invariants to choose; leave it out`,
    );
  if (inference !== undefined && !("inference" in settings.shape))
    throw new UsageError(`--inference: experiments of kind ${name} use no recorded answers; leave it out`);
  if (!measuresTime) return;
  if (only !== undefined)
    throw new UsageError(
      `--only: experiments of kind ${name} measure times, and all of them interleaved; leave it out`,
    );
  if (workers > 1)
    cli.printError(`--workers ${workers}: kind ${name} measures times, so its cells run one after the other`);
}

function report(cli: Cli, { folder, consoleSummary, warnings, failures, cells }: FinishedRun): void {
  for (const warning of warnings) cli.printError(`warning: ${warning}`);
  for (const line of consoleSummary) cli.print(line);
  cli.print(`\n${cli.bold(`${folder}/report.html`)}   the page: figures, verdicts, tables, how to repeat it`);
  if (cells !== null && cells.finished < cells.planned)
    cli.printError(`partial: ${cells.finished} of ${cells.planned} cells are in it`);
  if (failures.length > 0) reportFailures(cli, failures);
}

function reportFailures(cli: Cli, failures: readonly CellFailure[]): void {
  cli.printError(`${failures.length} ${failures.length === 1 ? "cell" : "cells"} failed:`);
  for (const { cell, message } of failures.slice(0, shownFailures))
    cli.printError(`  ${cell}: ${message.split("\n")[0]}`);
  if (failures.length > shownFailures)
    cli.printError(`  and ${failures.length - shownFailures} more, in manifest.json`);
  cli.printError("their stacks are in the journal and the manifest; the same command tries them again");
  cli.exitCode = 1;
}

const shownFailures = 10;
