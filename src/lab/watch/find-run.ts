import { type Dirent, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { playbackFile } from "../playback/format.ts";
import { ResultsError } from "../results/atomic-file.ts";

/** A run's folder: finished, with a manifest, or the one that an unfinished run keeps its cells in. */
export interface RunPlace {
  readonly experiment: string;
  readonly folder: string;
  readonly finished: boolean;
  /** Whether folders beside this one may belong to the same run: one that varies its settings keeps one for each combination. */
  readonly parts: boolean;
}

export interface CellPlace {
  readonly file: string;
  readonly folder: string;
}

const UNFINISHED = "unfinished";
/** Playback files lie no deeper below a run's folder. */
const DEPTH = 4;

/**
 * The run that a user means: a run's folder, or the newest one of an experiment (its name, or its folder below the results folder), or
 * of all.
 *
 * @throws ResultsError when there is none, or it has nothing to show
 */
export function findRun(given: string, resultsFolder: string): RunPlace {
  if (given === "") throw new ResultsError("RUN: expected a run's folder or an experiment's name, got nothing");
  // A folder of an experiment's name need not be one of results.
  const folders = [given, join(resultsFolder, given)].filter(isFolder);
  if (folders.length === 0)
    throw new ResultsError(
      `${given}: no such folder, and ${resultsFolder} holds no runs of an experiment of that name; name a run's folder, or start one with 'camelid run'`,
    );
  const run = folders.map(runIn).find((found) => found !== undefined);
  if (run === undefined)
    throw new ResultsError(
      `${folders.at(-1)}: holds no run with ${playbackFile} files, which experiments that simulate a network write; run one, such as experiments/network/network.yaml`,
    );
  return run;
}

/** Where a run may have gone whose unfinished folder is no longer there: the experiment's finished runs since then, the newest first. */
export function finishedRunsAfter({ folder }: RunPlace, sinceMs: number): RunPlace[] {
  const experiment = folderAbove(folder, UNFINISHED);
  const runs = experiment === undefined ? [] : finishedRunsIn(experiment);
  return newestFirst(
    runs.filter((run) => lastChangeMs(run) >= sinceMs),
    lastChangeMs,
  );
}

/** Playbacks of the run's own folder first. */
export function cellsOf({ folder, parts }: RunPlace): CellPlace[] {
  const folders = parts ? [folder, ...partsBeside(folder)] : [folder];
  return folders.flatMap((one) => playbacksBelow(one, DEPTH).map((file) => ({ file, folder: one })));
}

/** Those that were written to since the run under way began. */
function partsBeside(folder: string): string[] {
  const unfinished = dirname(folder);
  const locks = entriesIn(unfinished).filter(({ name }) => name.endsWith(".lock"));
  const begunMs = Math.max(...locks.map(({ name }) => changedAtMs(join(unfinished, name))));
  return cellFoldersIn(unfinished).filter(
    (one) =>
      one !== folder && locks.length > 0 && playbacksBelow(one, DEPTH).some((file) => changedAtMs(file) >= begunMs),
  );
}

/** Beside them lie journals, locks, and runs that are being written. */
function cellFoldersIn(unfinished: string): string[] {
  return foldersIn(unfinished).filter((folder) => folder.endsWith(".cells"));
}

/** Undefined where there is nothing to show. */
function runIn(folder: string): RunPlace | undefined {
  if (!hasManifest(folder)) return newestRun(folder);
  const run = finishedRun(folder);
  return cellsOf(run).length > 0 ? run : undefined;
}

function newestRun(folder: string): RunPlace | undefined {
  const unfinished = folderAbove(folder, UNFINISHED);
  if (unfinished !== undefined) return newestUnfinished(unfinished, folder);
  const isExperiment = isFolder(join(folder, UNFINISHED)) || foldersIn(folder).some(hasManifest);
  const runs = (isExperiment ? [folder] : foldersIn(folder)).flatMap((experiment) => [
    ...finishedRunsIn(experiment),
    ...[newestUnfinished(experiment, join(experiment, UNFINISHED))].filter((run) => run !== undefined),
  ]);
  return newest(runs, lastChangeMs);
}

/** Those with something to show. */
function finishedRunsIn(experiment: string): RunPlace[] {
  return foldersIn(experiment)
    .filter(hasManifest)
    .map(finishedRun)
    .filter((run) => cellsOf(run).length > 0);
}

/** `folder` holds the cells, or, above them, a folder for each unfinished run. */
function newestUnfinished(experimentFolder: string, folder: string): RunPlace | undefined {
  const experiment = basename(resolve(experimentFolder));
  const parts = basename(resolve(folder)) === UNFINISHED;
  const places = (parts ? cellFoldersIn(folder) : [folder]).map(
    (place): RunPlace => ({ experiment, folder: place, finished: false, parts: false }),
  );
  const run = newest(
    places.filter((place) => cellsOf(place).length > 0),
    lastChangeMs,
  );
  return run && { ...run, parts };
}

function finishedRun(folder: string): RunPlace {
  return { experiment: basename(dirname(resolve(folder))), folder, finished: true, parts: false };
}

function hasManifest(folder: string): boolean {
  return isFile(join(folder, "manifest.json"));
}

function lastChangeMs(run: RunPlace): number {
  if (run.finished) return changedAtMs(join(run.folder, "manifest.json"));
  return Math.max(...cellsOf(run).map(({ file }) => changedAtMs(file)));
}

function newest<T>(items: readonly T[], atMs: (item: T) => number): T | undefined {
  return newestFirst(items, atMs)[0];
}

function newestFirst<T>(items: readonly T[], atMs: (item: T) => number): T[] {
  return items
    .map((item) => ({ item, atMs: atMs(item) }))
    .sort((a, b) => b.atMs - a.atMs)
    .map(({ item }) => item);
}

/** The folder that holds the one of this name on the way to `folder`. */
function folderAbove(folder: string, name: string): string | undefined {
  for (let at = resolve(folder); dirname(at) !== at; at = dirname(at)) if (basename(at) === name) return dirname(at);
  return undefined;
}

/** No links are followed: what is served lies in the run's own folder. */
function playbacksBelow(folder: string, depth: number): string[] {
  return entriesIn(folder).flatMap((entry) => {
    if (entry.isFile() && entry.name === playbackFile) return [join(folder, entry.name)];
    return entry.isDirectory() && depth > 0 ? playbacksBelow(join(folder, entry.name), depth - 1) : [];
  });
}

function foldersIn(folder: string): string[] {
  return entriesIn(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}

/** A folder that is gone by now is empty: runs end while they are watched. */
function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function changedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
