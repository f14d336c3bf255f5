import type { CommandModule } from "yargs";
import { reportErrors } from "../errors.ts";

export const figuresCommand: CommandModule<unknown, { run: string }> = {
  command: "figures <run>",
  describe: "Draw a finished run's figures and page again from its rows, in place",
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "a run's folder, with manifest.json" })
      .example("$0 figures results/figure-1/20260131T120000Z-quick", "after a change of the figures' code"),
  handler: ({ run }) =>
    reportErrors(async () => {
      const { redrawRun } = await import("../../lab/redraw-run.ts");
      const { files, unchanged } = await redrawRun(run);
      for (const file of files) console.log(file);
      console.log(unchanged ? "measurements, verdicts and figures are what they were" : "some files changed");
    }),
};
