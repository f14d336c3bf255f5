import type { CommandModule } from "yargs";
import type { Cli } from "../cli.ts";
import { reportErrors, UsageError } from "../errors.ts";

interface FiguresArguments {
  readonly runs: string[] | undefined;
  readonly results: string;
  readonly out: string | undefined;
}

export const figuresCommand = (cli: Cli): CommandModule<unknown, FiguresArguments> => ({
  command: "figures [runs..]",
  describe: "Draw the figures of runs again from their rows; without a run, the whole set of figures",
  builder: (yargs) =>
    yargs
      .positional("runs", {
        type: "string",
        array: true,
        describe: "folders of runs, with manifest.json: drawn again in place",
      })
      .option("results", {
        type: "string",
        requiresArg: true,
        default: "results",
        describe: "folder of the results, for the set",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "folder for the set; RESULTS/figures unless given",
      })
      .example("$0 figures", "every figure, for a paper")
      .example("$0 figures results/figure-1/20260131T120000Z-quick", "one run, after a change of the figures' code")
      .epilogue(
        "The set: the whitepaper's Figure 1 as it was published, and as the experiment figure-1 measured it; and the figures of every other experiment. Of each " +
          "experiment its newest complete run is drawn, or its reference run where there is none; as kept, where only the figures of a run are. As SVG, PNG and Vega-Lite; figures.csv says which run " +
          "each comes from.",
      ),
  handler: ({ runs, results, out }) =>
    reportErrors(cli, () => (runs?.length ? redraw(cli, runs, out) : drawSet(cli, results, out))),
});

async function redraw(cli: Cli, runs: readonly string[], out: string | undefined): Promise<void> {
  if (out !== undefined)
    throw new UsageError("--out: runs are drawn again where they are; leave it out, or leave the runs out");
  const { redrawRun } = await import("../../lab/results/redraw-run.ts");
  const { experimentRegistry } = await import("../../../experiments/index.ts");
  for (const run of runs) {
    const { files, unchanged } = await redrawRun(run, experimentRegistry);
    for (const file of files) cli.print(file);
    cli.print(unchanged ? "measurements, verdicts and figures are what they were" : "some files changed");
  }
}

async function drawSet(cli: Cli, results: string, out = `${results}/figures`): Promise<void> {
  const { drawFigureSet } = await import("../../lab/results/figure-set.ts");
  const { referenceFolder } = await import("../terminal.ts");
  const { experimentRegistry } = await import("../../../experiments/index.ts");
  const folders = { resultsFolder: results, referenceFolder, into: out };
  const { files, problems } = await drawFigureSet(experimentRegistry, folders);
  for (const file of files) cli.print(file);
  for (const problem of problems) cli.printError(`not drawn: ${problem}`);
  if (problems.length > 0) cli.exitCode = 1;
}
