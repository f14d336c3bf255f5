import type { CommandModule } from "yargs";
import type { Cli } from "../cli.ts";
import { listCommand } from "./results/list.ts";
import { showCommand } from "./results/show.ts";
import { verifyCommand } from "./results/verify.ts";

/** `camelid results ...`: the runs that there are. */
export const resultsCommand = (cli: Cli): CommandModule => ({
  command: "results",
  describe: "List runs, show what one says, verify that its files are what they should be",
  builder: (yargs) =>
    yargs
      .command(listCommand(cli))
      .command(showCommand(cli))
      .command(verifyCommand(cli))
      .demandCommand(1, "results: name one of list, show, verify"),
  handler: () => {},
});
