import type { CommandModule } from "yargs";
import type { Cli } from "../cli.ts";
import { importCommand } from "./models/import.ts";
import { inspectCommand } from "./models/inspect.ts";
import { listCommand } from "./models/list.ts";
import { synthesizeCommand } from "./models/synthesize.ts";
import { verifyCommand } from "./models/verify.ts";

/** `camelid models ...`: the GGUF files at hand. The subcommands import what they need only when they run. */
export const modelsCommand = (cli: Cli): CommandModule => ({
  command: "models",
  describe: "List, inspect, verify, import or synthesise GGUF models",
  builder: (yargs) =>
    yargs
      .command(listCommand(cli))
      .command(inspectCommand(cli))
      .command(verifyCommand(cli))
      .command(synthesizeCommand(cli))
      .command(importCommand(cli))
      .demandCommand(1, "models: name one of list, inspect, verify, synthesize, import"),
  handler: () => {},
});
