import type { CommandModule } from "yargs";
import { reportErrors } from "../errors.ts";
import { bold, runProgress } from "../progress.ts";

interface RunArguments {
  readonly experiment: string;
  readonly preset: string | undefined;
  readonly set: string[];
  readonly seed: string | undefined;
  readonly out: string;
}

export const runCommand: CommandModule<unknown, RunArguments> = {
  command: "run <experiment>",
  describe: "Run an experiment file and write its results folder",
  builder: (yargs) =>
    yargs
      .positional("experiment", { type: "string", demandOption: true, describe: "YAML file, see experiments/" })
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
        describe: "override a setting: --set repeats=9 --set 'tokens=[1,100]'",
      })
      .option("seed", { type: "string", requiresArg: true, describe: "root seed, instead of the file's" })
      .option("out", { type: "string", requiresArg: true, default: "results", describe: "folder for results" })
      .example("$0 run experiments/figure-1.yaml --preset quick", "Figure 1 in a few minutes")
      .example("$0 run experiments/figure-1.yaml --set 'tokens=[10,100,1000]' --set repeats=5", "a smaller grid"),
  handler: ({ experiment, preset, set, seed, out }) => reportErrors(() => run(experiment, { preset, set, seed, out })),
};

async function run(file: string, choices: Omit<RunArguments, "experiment">): Promise<void> {
  const { readExperiment } = await import("../../lab/experiment-file.ts");
  const { experimentKinds } = await import("../../lab/experiments/kinds.ts");
  const { runExperiment } = await import("../../lab/run-experiment.ts");
  const { preset, seed, out } = choices;
  const overrides = seed === undefined ? choices.set : [...choices.set, `seed=${seed}`];
  const schemas = Object.fromEntries(Object.entries(experimentKinds).map(([kind, { settings }]) => [kind, settings]));
  const experiment = readExperiment(file, schemas, { preset, overrides });

  const controller = new AbortController();
  const stop = () => controller.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const progress = await runProgress();
  try {
    const { folder, headline, warnings } = await runExperiment(experiment, {
      resultsFolder: out,
      signal: controller.signal,
      onProgress: progress.show,
      commandLine: process.argv.slice(2),
    });
    progress.end();
    for (const warning of warnings) console.error(`warning: ${warning}`);
    for (const line of headline) console.log(line);
    console.log(`\n${bold(`${folder}/report.html`)}   the page: figures, verdicts, tables, how to repeat it`);
  } catch (error) {
    progress.end();
    if (controller.signal.aborted) console.error("stopped; what was finished is kept, and the same command goes on");
    throw error;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
