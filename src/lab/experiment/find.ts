/** Which experiment file a user means: by its path, or by its name. */
import { existsSync, globSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ExperimentFileError } from "./file.ts";

/** The folder of experiments that comes with the program. */
const ownFolder = fileURLToPath(new URL("../../../experiments", import.meta.url));

/**
 * `network` is `experiments/network/network.yaml`, `outages` the file of that name in any experiment's folder: below the folder the command
 * runs in, or else the program's own. Everything else is a path. A path under which the file lay before each experiment had a folder
 * (`experiments/network.yaml`) is taken for its name, where nothing else is there.
 *
 * @throws ExperimentFileError when no experiment has the name
 */
export function findExperimentFile(given: string, folders: readonly string[] = ["experiments", ownFolder]): string {
  const formerly = /^experiments[/\\]([a-z0-9-]+)\.yaml$/.exec(given)?.[1];
  const name = isName(given) ? given : formerly;
  if (name === undefined || (name === formerly && existsSync(given))) return given;
  for (const folder of folders) {
    const files = filesIn(folder);
    const file = files.find((path) => basename(path, ".yaml") === name);
    if (file !== undefined) return file;
  }
  if (name === formerly) return given;
  const names = [...new Set(folders.flatMap((folder) => filesIn(folder).map((path) => basename(path, ".yaml"))))];
  throw new ExperimentFileError([
    `${given}: no experiment of that name; expected one of ${names.toSorted().join(", ")}, or the path of an experiment file`,
  ]);
}

function isName(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}

function filesIn(folder: string): string[] {
  return globSync("*/*.yaml", { cwd: folder })
    .toSorted()
    .map((path) => join(folder, path));
}
