/** The runs under a results folder, finished and not. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ResultsError } from "./atomic-file.ts";
import type { Manifest } from "./manifest.ts";
import { readManifest } from "./read-run.ts";

export interface FoundRun {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** What an interrupted run left: the same command goes on from it. */
export interface UnfinishedRun {
  readonly experiment: string;
  readonly journal: string;
  readonly finished: number;
  readonly failed: number;
  readonly lastWrittenAt: Date;
}

export interface FoundRuns {
  /** By experiment, then by start. */
  readonly runs: readonly FoundRun[];
  readonly unfinished: readonly UnfinishedRun[];
  /** Lines on what looks like a run and cannot be read. */
  readonly problems: readonly string[];
}

/** `results/reference` holds experiments, too. */
const MOST_LEVELS = 3;

/** Errors: ResultsError when there is no such folder. */
export function listRuns(results: string): FoundRuns {
  if (!isFolder(results)) throw new ResultsError(`${results}: no such folder; --out names the folder of the results`);
  const runs: FoundRun[] = [];
  const unfinished: UnfinishedRun[] = [];
  const problems: string[] = [];
  const look = (folder: string, level: number): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (!isFolder(path)) continue;
      if (name === "unfinished") unfinished.push(...journalsIn(path, folder));
      else if (!existsSync(join(path, "manifest.json"))) {
        if (level < MOST_LEVELS) look(path, level + 1);
      } else if (isAboutRuns(path)) continue;
      else
        try {
          runs.push({ folder: path, manifest: readManifest(path) });
        } catch (error) {
          problems.push((error as Error).message);
        }
    }
  };
  look(results, 1);
  return { runs, unfinished, problems };
}

/**
 * The run that a user means: a run's folder, one under the results folder, or an experiment's last complete run.
 * Errors: ResultsError.
 */
export function findRun(results: string, wanted: string): string {
  for (const folder of [wanted, join(results, wanted)]) {
    if (existsSync(join(folder, "manifest.json"))) return folder;
    if (!isFolder(folder)) continue;
    const runs = listRuns(folder).runs.filter(({ manifest }) => manifest.partial === undefined);
    const last = runs.toSorted((a, b) => Date.parse(a.manifest.startedAt) - Date.parse(b.manifest.startedAt)).at(-1);
    if (last !== undefined) return last.folder;
  }
  throw new ResultsError(
    `${wanted}: neither a run's folder nor an experiment with runs in ${results}; see 'camelid results list'`,
  );
}

/** A run in a folder called after experiment and machine, such as `figure-1-epyc`: it is there to be joined with others, and stands for none. */
export function isOfAnotherMachine({ folder, manifest }: FoundRun): boolean {
  return basename(dirname(folder)).startsWith(`${manifest.experiment.name}-`);
}

function journalsIn(folder: string, experimentFolder: string): UnfinishedRun[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => {
      const journal = join(folder, name);
      const lines = readFileSync(journal, "utf8").split("\n").slice(0, -1);
      const failed = lines.filter((line) => /^\{"cell":"(?:[^"\\]|\\.)*","failure":/.test(line)).length;
      return {
        experiment: experimentFolder,
        journal,
        finished: lines.length - failed,
        failed,
        lastWrittenAt: statSync(journal).mtime,
      };
    });
}

/** Of `camelid reproduce` or `camelid compare`: a page over runs, not a run. */
function isAboutRuns(folder: string): boolean {
  try {
    const { format } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { format?: string };
    return format !== undefined && /^camelid-(overview|compare)\//.test(format);
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
