import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Experiment } from "./experiment-file.ts";
import { experimentKinds } from "./experiments/kinds.ts";
import { listRuns } from "./results/list-runs.ts";
import type { Manifest } from "./results/manifest.ts";
import { resultOf } from "./run-experiment.ts";
import { OnlyPlanned, type PlannedPart, Sweep } from "./runner/sweep.ts";

/** What a run would do, without doing any of it. */
export interface DryRun {
  /** None of a kind without independent cells. */
  readonly parts: readonly PlannedPart[];
  /** Cells that would be run now: not finished before, and not left out by `--only`. */
  readonly toRun: number;
  readonly workers: number;
  /** Null where nothing tells: no cell of this experiment was timed here. */
  readonly estimate: Estimate | null;
}

export interface Estimate {
  readonly seconds: number;
  readonly bytes: number;
  /** What both are taken from. */
  readonly source: string;
}

export interface DryRunOptions {
  readonly resultsFolder: string;
  readonly signal: AbortSignal;
  readonly workers?: number;
  readonly only?: (cell: string) => boolean;
}

/**
 * The cells of an experiment, which of them are finished, and what the others will take, by the times of finished cells of this very run, else
 * of the last run of this experiment. Writes nothing under the results folder. Errors: as a run's, before its first cell.
 */
export async function dryRun(experiment: Experiment, options: DryRunOptions): Promise<DryRun> {
  const kind = experimentKinds[experiment.kind]!;
  const { resultsFolder, only = () => true } = options;
  if (kind.measuresTime || !("inference" in kind.settings.shape)) {
    const settings = experiment.combinations?.map((one) => one.settings) ?? [experiment.settings];
    const counts = await Promise.all(settings.map(async (one) => (await kind.cells?.(one)) ?? 0));
    const cells = counts.reduce((sum, count) => sum + count, 0);
    return { parts: [], toRun: cells, workers: 1, estimate: fromLastRun(experiment, resultsFolder, cells, cells, 1) };
  }
  const parts = await planOf(experiment, options);
  const planned = parts.reduce((sum, { cells }) => sum + cells.length, 0);
  const finishedMs = parts.flatMap((part) => part.finishedMs);
  const toRun = parts.flatMap(({ cells }) => cells.filter(({ name, finished }) => !finished && only(name))).length;
  const workers = Math.max(1, Math.min(options.workers ?? availableParallelism(), toRun));
  if (finishedMs.length === 0)
    return { parts, toRun, workers, estimate: fromLastRun(experiment, resultsFolder, toRun, planned, workers) };
  const bytes = parts.reduce((sum, { finishedBytes }) => sum + finishedBytes, 0);
  const estimate = {
    seconds: (toRun * mean(finishedMs)) / 1000 / workers,
    bytes: Math.round((planned * bytes) / finishedMs.length),
    source: `${finishedMs.length} finished ${finishedMs.length === 1 ? "cell" : "cells"} of this run`,
  };
  return { parts, toRun, workers, estimate };
}

/** Has the kind make its plan, in a folder that goes away again. */
async function planOf(
  experiment: Experiment,
  { resultsFolder, signal, only }: DryRunOptions,
): Promise<readonly PlannedPart[]> {
  const scratch = mkdtempSync(join(tmpdir(), "camelid-dry-run-"));
  const sweep = new Sweep({ planFor: resultsFolder, ...(only ? { only } : {}) });
  try {
    await resultOf(experiment, { resultsFolder: scratch, signal, onProgress: () => {}, sweep });
  } catch (error) {
    if (!(error instanceof OnlyPlanned)) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return sweep.plan;
}

function fromLastRun(
  { name, settings }: Experiment,
  resultsFolder: string,
  toRun: number,
  planned: number,
  workers: number,
): Estimate | null {
  if (!existsSync(resultsFolder)) return null;
  const runs = listRuns(resultsFolder).runs.filter(({ manifest }) => manifest.experiment.name === name);
  const last = runs.toSorted((a, b) => Date.parse(a.manifest.startedAt) - Date.parse(b.manifest.startedAt)).at(-1);
  if (last === undefined) return null;
  const { folder, manifest } = last;
  const { count, seconds } = cellsOf(folder, manifest);
  if (count === 0) return null; // written before runs recorded it, or a run without cells
  const same = isDeepStrictEqual(JSON.parse(JSON.stringify(settings)), manifest.experiment.resolved);
  const files = Object.entries(manifest.files);
  const bytesOf = (growing: boolean) =>
    files
      .filter(([file]) => (file === "rows.csv" || file.startsWith("cells/")) === growing)
      .reduce((sum, [, { bytes }]) => sum + bytes, 0);
  return {
    seconds: (toRun * seconds) / count / workers,
    bytes: Math.round(bytesOf(false) + (planned * bytesOf(true)) / count),
    source: `${folder}${same ? "" : ", which had other settings"}`,
  };
}

/** Of a kind that measures times, a row is a measurement, one after the other. */
function cellsOf(
  folder: string,
  { cells, experiment, startedAt, endedAt }: Manifest,
): { count: number; seconds: number } {
  if (cells !== undefined) return { count: cells.finished, seconds: cells.workerSeconds };
  if (!experimentKinds[experiment.kind]?.measuresTime) return { count: 0, seconds: 0 };
  const rows = join(folder, "rows.csv");
  const lines = existsSync(rows) ? readFileSync(rows, "utf8").split("\n").length - 2 : 0;
  return { count: lines, seconds: (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
