import { styleText } from "node:util";
import type { CommandModule } from "yargs";
import { byMachineInWords, type ClaimRow, type ClaimStatus, numberInWords } from "../../lab/overview/claims-table.ts";
import type { OverviewExperiment } from "../../lab/overview/manifest.ts";
import type { Overview } from "../../lab/overview/write-overview.ts";
import { expectNumbers } from "../argument-errors.ts";
import type { Cli } from "../cli.ts";
import { reportErrors } from "../errors.ts";
import { type GpuChoice, gpuOptions, openedGpu } from "../gpu.ts";
import { runProgress } from "../progress.ts";

interface ReproduceArguments {
  readonly preset: string;
  readonly only: string[] | undefined;
  readonly experiments: string;
  readonly out: string;
  readonly workers: number | undefined;
  readonly gpu: GpuChoice;
}

export const reproduceCommand = (cli: Cli): CommandModule<unknown, ReproduceArguments> => ({
  command: "reproduce",
  describe: "Run all experiments, and write one page: every published claim and what became of it",
  builder: (yargs) =>
    yargs
      .option("preset", {
        type: "string",
        requiresArg: true,
        default: "quick",
        describe: "preset of every experiment: quick (minutes) or full (what a paper would print)",
      })
      .option("only", {
        type: "string",
        array: true,
        nargs: 1,
        coerce: (names: string[]) => names.flatMap((name) => name.split(",")),
        describe: "run only these, by name: --only figure-1,network",
      })
      .option("experiments", {
        type: "string",
        requiresArg: true,
        default: "experiments",
        describe: "folder of the experiment files",
      })
      .option("out", { type: "string", requiresArg: true, default: "results", describe: "folder for results" })
      .option("workers", {
        type: "number",
        requiresArg: true,
        describe: "worker processes of experiments that measure no times; one for each core unless given",
      })
      .option("gpu", {
        ...gpuOptions.gpu,
        default: "auto" as const,
        describe:
          "GPU backend of experiments that need one; asked for and absent is an error, auto takes one if there is one, off leaves them out",
      })
      .check((given) => expectNumbers(given, { workers: { whole: true, least: 1, most: 256 } }))
      .example("$0 reproduce", "every experiment in its quick preset")
      .example("$0 reproduce --preset full", "the figures for a paper; leave it overnight")
      .epilogue(
        "Stopped or killed at any moment, the same command goes on. An experiment that fails does not stop the others; then the exit code is 1, and the " +
          "same command tries again those that failed.",
      ),
  handler: (given) => reportErrors(cli, () => reproduceAll(cli, given)),
});

async function reproduceAll(cli: Cli, given: ReproduceArguments): Promise<void> {
  const { preset, only, experiments: folder, out, workers } = given;
  const { experimentRegistry } = await import("../../../experiments/index.ts");
  const { reproducePlan } = await import("../../lab/overview/plan.ts");
  const { reproduce } = await import("../../lab/overview/reproduce.ts");
  const { referenceFolder } = await import("../terminal.ts");
  // Asked for and absent fails at once, whichever experiments there are.
  const asked = given.gpu === "auto" ? undefined : await openedGpu(given.gpu);
  const plan = await reproducePlan(folder, experimentRegistry, {
    preset,
    only,
    gpu: async () => asked ?? openedGpu("auto"),
  });

  for (const { deprecated = [] } of plan.experiments) for (const line of deprecated) cli.printError(`warning: ${line}`);

  let progress: Awaited<ReturnType<typeof runProgress>> | undefined;
  let started = 0;
  await cli.interruptible(async (signal) => {
    try {
      const overview = await reproduce(plan, {
        registry: experimentRegistry,
        referenceFolder,
        resultsFolder: out,
        signal,
        workers,
        commandLine: cli.words,
        onStart: async ({ name, question }) => {
          started++;
          cli.print(`\n${cli.bold(`${name} (${started} of ${plan.experiments.length})`)}\n${cli.paragraph(question)}`);
          progress = await runProgress(cli);
        },
        onProgress: (step) => progress?.show(step),
        onEnd: (ended, error) => {
          progress?.end();
          sayEnd(cli, ended, error);
        },
      });
      sayOverview(cli, overview);
    } catch (error) {
      progress?.end();
      if (signal.aborted) cli.printError("stopped; what was finished is kept, and the same command goes on");
      throw error;
    }
  });
}

function sayOverview(cli: Cli, { claims, experiments, joined, folder }: Overview): void {
  for (const { name, state, reason, elsewhere, headline, run } of experiments)
    if (state === "left out") cli.print(`\n${cli.bold(name)}\n${cli.paragraph(`left out: ${reason}`)}`);
    else if (elsewhere) cli.print(`\n${cli.bold(name)}\n${cli.paragraph(`${headline[0]}: ${run}`)}`);
  for (const { kind, machines, pairs, excluded } of joined) {
    cli.print(`\n${cli.bold(`By machine: ${kind}`)}`);
    if (machines.length > 0)
      cli.print(cli.paragraph(`joined: ${machines.map(({ description }) => description).join("; ")}`));
    for (const line of pairs?.sentences ?? []) cli.print(cli.paragraph(line));
    for (const line of excluded) cli.print(cli.paragraph(`not joined: ${line}`));
  }
  cli.print(`\n${cli.bold("The published claims")}`);
  cli.print(claimsText(cli, claims));
  cli.print(`\n${cli.bold(`${folder}/index.html`)}   the page: every claim, its verdicts, figures, runs`);
  const unfinished = experiments.filter(({ state }) => state === "failed" || state === "partial");
  if (unfinished.length === 0) return;
  cli.printError(
    `camelid: failed: ${unfinished.map(({ name }) => name).join(", ")}; the same command tries again only those`,
  );
  cli.exitCode = 1;
}

function sayEnd(
  cli: Cli,
  { state, reason, run, headline, warnings, seconds, finishedBefore }: OverviewExperiment,
  error: unknown,
): void {
  for (const warning of warnings) cli.printError(cli.paragraph(`warning: ${warning}`));
  for (const line of headline) cli.print(cli.paragraph(line));
  if (state === "partial") cli.printError(cli.paragraph(reason!));
  if (state === "failed") {
    cli.printError(cli.paragraph(`failed: ${reason}`));
    // A mistake of the user explains itself; anything else is a defect of ours, and its stack helps to find it.
    if (error instanceof Error && !("code" in error)) cli.printError(String(error.stack));
    return;
  }
  cli.print(finishedBefore ? `finished before: ${run}` : `${Math.max(1, Math.round(seconds!))} s: ${run}`);
}

const STATUS_STYLE: Readonly<Record<ClaimStatus, "green" | "red" | "yellow" | "gray">> = {
  confirmed: "green",
  refuted: "red",
  partly: "yellow",
  undecided: "gray",
  "not yet tested": "gray",
};

/** By this command, or by the runs that are joined. */
function isTested({ status, byMachine }: ClaimRow): boolean {
  return status !== "not yet tested" || byMachine.length > 0;
}

/** Each claim in two or three lines: what was published, what became of it, by which number. */
function claimsText(cli: Cli, claims: readonly ClaimRow[]): string {
  const tested = claims.filter(isTested);
  const blocks = tested.map((row) => {
    const status = styleText(["bold", STATUS_STYLE[row.status]], row.status, { stream: cli.stdout });
    const { leading } = row;
    const number = leading?.number === undefined ? "" : `${numberInWords(row)} ${leading.number.what}; `;
    const { experiment, reference } = leading ?? {};
    const named = reference === undefined ? experiment : `${experiment}, reference run (${reference})`;
    const here = row.here === undefined ? undefined : `in this run: ${row.here.status}`;
    const from = [leading?.obtained, leading?.subject, named, here].filter(Boolean).join(", ");
    const byMachine = byMachineInWords(row);
    return [
      `${row.claim.padEnd(4)} ${status}`,
      cli.paragraph(`${row.text} (${row.source})`, 5),
      ...(leading === undefined ? [] : [cli.paragraph(`${number}${from}`, 5)]),
      ...(byMachine === "" ? [] : [cli.paragraph(`by machine: ${byMachine}`, 5)]),
    ].join("\n");
  });
  const untested = claims.filter((row) => !isTested(row)).map(({ claim }) => claim);
  return [...blocks, ...(untested.length === 0 ? [] : [cli.paragraph(`not yet tested: ${untested.join(", ")}`)])].join(
    "\n",
  );
}
