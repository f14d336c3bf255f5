import type { CommandModule } from "yargs";
import type { Cli } from "../../cli.ts";
import { reportErrors } from "../../errors.ts";
import { bytesText, localFolder, shortPath, withProgress } from "../../terminal.ts";

interface Arguments {
  file: string;
  dir: string | undefined;
  link: boolean;
  json: boolean;
}

export const importCommand = (cli: Cli): CommandModule<object, Arguments> => ({
  command: "import <file>",
  describe: "Check a GGUF file, bring it into a models folder and record its root there",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", demandOption: true, describe: "GGUF file" })
      .option("dir", { type: "string", requiresArg: true, describe: "models folder; default: models/local" })
      .option("link", { type: "boolean", default: false, describe: "link to the file instead of copying it" })
      .option("json", { type: "boolean", default: false, describe: "print JSON" })
      .example("$0 models import ~/Downloads/some-7b-q4_0.gguf --link", "leave the file where it is"),
  handler: ({ file, dir = localFolder, link, json }) =>
    reportErrors(cli, async () => {
      const { importModel } = await import("../../../inference/model-file-import.ts");
      const { path, entry } = await cli.interruptible((signal) =>
        withProgress(cli, "importing", (onProgress) =>
          importModel({ source: file, folder: dir, link, signal, onProgress }),
        ),
      );
      if (json) cli.print(JSON.stringify({ path, ...entry }, undefined, 2));
      else cli.print(`${shortPath(path)}: ${bytesText(entry.bytes)}, root ${entry.root}`);
    }),
});
