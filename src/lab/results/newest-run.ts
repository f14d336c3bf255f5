import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { ResultsError } from "./atomic-file.ts";
import { type FoundRun, listRuns } from "./list-runs.ts";
import { readManifest } from "./read-run.ts";

export interface ChosenRun extends FoundRun {
  /** Complete runs that are there, too, and older, the newest first; null where the run itself was named. */
  readonly olderRuns: readonly FoundRun[] | null;
  /** Lines on what looks like a run there and cannot be read. */
  readonly problems: readonly string[];
}

/** The folder itself where it holds a finished run, else the newest complete run in it. Errors: ResultsError. */
export function newestRunIn(folder: string): ChosenRun {
  if (existsSync(join(folder, "manifest.json")))
    return { folder, manifest: readManifest(folder), olderRuns: null, problems: [] };
  const { runs, problems } = existsSync(folder) ? listRuns(folder) : { runs: [], problems: [] };
  const [newest, ...olderRuns] = runs
    .filter((run) => normalize(dirname(run.folder)) === normalize(join(folder, ".")))
    .filter(({ manifest }) => manifest.partial === undefined)
    .toSorted((a, b) => Date.parse(b.manifest.startedAt) - Date.parse(a.manifest.startedAt));
  if (newest === undefined)
    throw new ResultsError(
      `${folder}: no complete run is there; name the folder of one, or make one, such as with 'camelid run false-accept --preset full --inference store-only'`,
    );
  return { ...newest, olderRuns, problems };
}

/** What a run is, and why this one: `false-accept, preset quick, seed 1, of 2026-11-24 10:18 UTC; the newest of 3 here (older: ...); ...`. */
export function chosenText({ manifest, olderRuns }: ChosenRun): string {
  const { name, seed } = manifest.experiment;
  const partial =
    manifest.partial === undefined
      ? ""
      : `; partial, ${manifest.partial.finished} of ${manifest.partial.planned} cells`;
  const what = `${name}, ${presetText(manifest)}, seed ${seed}, of ${timeText(manifest.startedAt)}${partial}`;
  if (olderRuns === null || olderRuns.length === 0) return what;
  const presets = Map.groupBy(olderRuns, (run) => presetText(run.manifest));
  const older = [...presets].map(([preset, runs]) => `${runs.length} of ${preset}`).join(", ");
  return `${what}; the newest of ${olderRuns.length + 1} here (older: ${older}); name a run's folder for another`;
}

function presetText({ experiment }: FoundRun["manifest"]): string {
  const { preset, overrides } = experiment.given;
  return `${preset === null ? "no preset" : `preset ${preset}`}${overrides.length === 0 ? "" : " with other settings (--set)"}`;
}

function timeText(startedAt: string): string {
  return `${startedAt.slice(0, 16).replace("T", " ")} UTC`;
}
