import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../inference/make-folder.ts";
import { asResultsError } from "./atomic-file.ts";

/**
 * Makes the folder of a new run, `ROOT/EXPERIMENT/20260131T120000Z-quick`, named after its start (UTC) and preset; a partial run
 * ends in `-partial`. A second run in the same second gets `-2` at the end; no run ever writes into another's folder.
 *
 * @param run `filled` is a folder that becomes it, so that there is a run under its name only once it is all there
 */
export function createRunFolder(
  root: string,
  experiment: string,
  run: {
    readonly startedAt: Date;
    readonly preset: string | null;
    readonly partial?: boolean;
    readonly filled?: string;
  },
): string {
  const start = run.startedAt.toISOString().replace(/[-:]|\.\d+/g, "");
  const name = [start, run.preset, run.partial ? "partial" : null].filter((part) => part !== null).join("-");
  const parent = join(root, experiment);
  try {
    makeFolder(parent);
  } catch (error) {
    throw asResultsError(error, parent);
  }
  for (let attempt = 1; ; attempt++) {
    const folder = join(parent, attempt === 1 ? name : `${name}-${attempt}`);
    try {
      if (run.filled === undefined) mkdirSync(folder);
      else if (existsSync(folder)) continue;
      else renameSync(run.filled, folder);
      return folder;
    } catch (error) {
      if (!["EEXIST", "ENOTEMPTY"].includes((error as NodeJS.ErrnoException).code!))
        throw asResultsError(error, folder);
    }
  }
}
