import type { CommandModule } from "yargs";
import type { Cli } from "../../cli.ts";
import { reportErrors, UsageError } from "../../errors.ts";

interface Arguments {
  paths: string[];
}

const checkCommand = (cli: Cli): CommandModule<object, Arguments> => ({
  command: "check <paths..>",
  describe: "Run vector files, or all .json files of a folder, against our rules; exit code 1 if a case fails",
  builder: (yargs) =>
    yargs
      .positional("paths", { type: "string", array: true, demandOption: true, describe: "files or folders" })
      .example("$0 protocol vectors check test/vectors", "our own vectors"),
  handler: ({ paths }) =>
    reportErrors(cli, async () => {
      let [passed, failed] = [0, 0];
      for (const file of (await Promise.all(paths.map(vectorFilesAt))).flat()) {
        const results = await check(file);
        const failures = results.filter((result) => !result.passed);
        for (const { name, problem } of failures) cli.print(`FAIL ${file}: "${name}": ${problem}`);
        cli.print(`${file}: ${results.length - failures.length} of ${results.length} passed`);
        passed += results.length - failures.length;
        failed += failures.length;
      }
      cli.print(`${passed} cases passed, ${failed} failed`);
      if (failed > 0) cli.exitCode = 1;
    }),
});

export const vectorsCommand = (cli: Cli): CommandModule => ({
  command: "vectors",
  describe: "Golden vectors: what test/vectors/README.md describes, ours or foreign",
  builder: (yargs) => yargs.command(checkCommand(cli)).demandCommand(1, "protocol vectors: name check"),
  handler: () => {},
});

async function vectorFilesAt(path: string): Promise<string[]> {
  const { glob, stat } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`vectors: cannot read ${path} (${error.code}); give a vector file or a folder of them`);
  });
  if (!found.isDirectory()) return [path];
  const files: string[] = [];
  for await (const file of glob("**/*.json", { cwd: path })) files.push(file);
  if (files.length === 0) throw new UsageError(`vectors: ${path} holds no .json file; give a folder of vector files`);
  return files.sort().map((file) => join(path, file));
}

async function check(file: string) {
  const { readTextFile } = await import("../../../inference/text-file.ts");
  const { checkVectors } = await import("../../../protocol/vectors/check.ts");
  let content: string;
  try {
    content = readTextFile(file);
  } catch (error) {
    throw new UsageError(`vectors: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`);
  }
  const checked = checkVectors(content);
  if (!checked.ok)
    throw new UsageError(
      `vectors: ${file}: ${checked.rejection.message} [${checked.rejection.code}]; test/vectors/README.md describes the form`,
    );
  return checked.value;
}
