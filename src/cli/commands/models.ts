import type { CommandModule } from "yargs";
import { importCommand } from "./models/import.ts";
import { inspectCommand } from "./models/inspect.ts";
import { listCommand } from "./models/list.ts";
import { synthesizeCommand } from "./models/synthesize.ts";
import { verifyCommand } from "./models/verify.ts";

/** `camelid models ...`: the GGUF files at hand. The subcommands import what they need only when they run. */
export const modelsCommand: CommandModule = {
  command: "models",
  describe: "List, inspect, verify, import or synthesise GGUF models",
  builder: (yargs) =>
    yargs
      .command(listCommand)
      .command(inspectCommand)
      .command(verifyCommand)
      .command(synthesizeCommand)
      .command(importCommand)
      .demandCommand(1, "models: name one of list, inspect, verify, synthesize, import"),
  handler: () => {},
};
