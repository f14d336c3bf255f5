import { existsSync } from "node:fs";
import type { CommandModule } from "yargs";
import type { Cli } from "../../cli.ts";
import { reportErrors } from "../../errors.ts";
import { bytesText, countText, embeddedFolder, localFolder, shortPath, table } from "../../terminal.ts";

interface Arguments {
  dir: string[];
  roots: boolean;
  json: boolean;
}

/** Above this a root is computed only on request: hashing runs at about 1 GB/s. */
const quickRootBytes = 256e6;

interface Row {
  file: string;
  bytes?: number;
  format?: string;
  parameters?: number;
  contextTokens?: number;
  root?: string;
  problem?: string;
}

export const listCommand = (cli: Cli): CommandModule<object, Arguments> => ({
  command: "list",
  describe: "The GGUF files at hand: the project's, the imported ones, those in other folders",
  builder: (yargs) =>
    yargs
      .option("dir", { type: "string", array: true, default: [], describe: "another folder to look into (repeatable)" })
      .option("roots", { type: "boolean", default: false, describe: "compute the roots of files above 256 MB too" })
      .option("json", { type: "boolean", default: false, describe: "print JSON" })
      .example("$0 models list --dir ~/models", "also what lies in ~/models"),
  handler: ({ dir, roots, json }) =>
    reportErrors(cli, async () => {
      const folders = [embeddedFolder, ...(existsSync(localFolder) ? [localFolder] : []), ...dir];
      const files = (await Promise.all(folders.map(ggufFiles))).flat();
      const rows = await cli.interruptible(async (signal) => {
        const described: Row[] = [];
        for (const file of files) described.push(await describe(file, roots, signal));
        return described;
      });
      if (json) cli.print(JSON.stringify(rows, undefined, 2));
      else cli.print(rows.length === 0 ? `no GGUF file in ${folders.join(", ")}` : text(rows));
    }),
});

async function ggufFiles(folder: string): Promise<string[]> {
  const { readdir } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const { fromSystemError } = await import("../../../inference/model-file-error.ts");
  const names = await readdir(folder).catch((error) => {
    throw fromSystemError(error, folder, "read");
  });
  return names
    .filter((name) => name.endsWith(".gguf"))
    .sort()
    .map((name) => shortPath(join(folder, name)));
}

/** One bad file must not hide the others: its problem becomes its row. */
async function describe(file: string, roots: boolean, signal: AbortSignal): Promise<Row> {
  const { readGgufHeader } = await import("../../../inference/gguf/read-header.ts");
  const { modelFacts } = await import("../../../inference/gguf/facts.ts");
  const { modelIdentity } = await import("../../../inference/model-file.ts");
  const { ModelFileError } = await import("../../../inference/model-file-error.ts");
  try {
    const { fileBytes, weightFormat, parameters, contextTokens } = modelFacts(readGgufHeader(file));
    return {
      file,
      bytes: fileBytes,
      format: weightFormat,
      parameters,
      ...(contextTokens !== undefined && { contextTokens }),
      ...((roots || fileBytes <= quickRootBytes) && { root: (await modelIdentity(file, { signal })).root }),
    };
  } catch (error) {
    if (!(error instanceof ModelFileError) || error.code === "interrupted") throw error;
    return { file, problem: error.message };
  }
}

function text(rows: readonly Row[]): string {
  const whole = rows
    .filter(({ problem }) => problem === undefined)
    .map(({ file, bytes, format, parameters, contextTokens, root }) => [
      file,
      bytesText(bytes!),
      format!,
      countText(parameters!),
      `${contextTokens ?? "?"}`,
      root ?? "(--roots computes it)",
    ]);
  const lines = table([["file", "size", "format", "parameters", "context", "root"], ...whole], [1, 3, 4]);
  return [lines, ...rows.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))].join("\n");
}
