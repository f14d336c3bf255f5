import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { ResultsError } from "./atomic-file.ts";

/** The folder itself where it holds a finished run, else the newest finished run in it: their names begin with their start. */
export function newestRunIn(folder: string): string {
  const manifests = globSync(["manifest.json", "*/manifest.json"], { cwd: folder }).sort();
  const found = manifests.includes("manifest.json") ? "manifest.json" : manifests.at(-1);
  if (found === undefined)
    throw new ResultsError(
      `${folder}: no finished run is there; name the folder of one, or make one, such as with 'camelid run experiments/false-accept.yaml --preset full --inference store-only'`,
    );
  return join(folder, dirname(found));
}
