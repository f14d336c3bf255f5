import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { withCurrentNames } from "../experiment/aliases.ts";
import type { ExperimentKind, ExperimentRegistry } from "../experiment/define.ts";
import type { Experiment } from "../experiment/file.ts";
import { type FoundRun, isOfAnotherMachine, listRuns } from "../results/list-runs.ts";
import type { Manifest } from "../results/manifest.ts";
import { resultOf } from "./run-experiment.ts";
import { type PlannedPart, PlanOnly, Sweep } from "./sweep.ts";

/** What a run would do, without doing any of it. */
export interface DryRun {
  /** None of a kind without independent cells. */
  readonly parts: readonly PlannedPart[];
  /** Cells that would be run now: not finished before, and not left out by `--only`. */
  readonly toRun: number;
  readonly workers: number;
  readonly estimate: Estimate;
}

export interface Estimate {
  readonly seconds: number;
  readonly bytes: number;
  /** What both are taken from. */
  readonly source: string;
}

export interface DryRunOptions {
  readonly registry: ExperimentRegistry;
  readonly resultsFolder: string;
  /** Runs that are kept with the code. */
  readonly referenceFolder: string;
  readonly signal: AbortSignal;
  readonly workers?: number;
  readonly only?: (cell: string) => boolean;
}

/**
 * The cells of an experiment, which of them are finished, and what the others will take, by the times of finished cells of this very run; else
 * of the last run of this experiment, a reference run of it, or what its kind is known to take. Writes nothing under the results folder. Errors: as a run's, before its first cell.
 */
export async function dryRun(experiment: Experiment, options: DryRunOptions): Promise<DryRun> {
  const kind = options.registry[experiment.kind]!;
  const { only = () => true } = options;
  if (kind.measuresTime) {
    const settings = experiment.combinations?.map((one) => one.settings) ?? [experiment.settings];
    const cells = settings.reduce((sum, one) => sum + (kind.measurements?.(one) ?? 0), 0);
    return {
      parts: [],
      toRun: cells,
      workers: 1,
      estimate: fromElsewhere(experiment, options, { toRun: cells, planned: cells, workers: 1 }),
    };
  }
  const parts = await planOf(experiment, options);
  const planned = parts.reduce((sum, { cells }) => sum + cells.length, 0);
  const finishedMs = parts.flatMap((part) => part.finishedMs);
  const toRun = parts.flatMap(({ cells }) => cells.filter(({ name, finished }) => !finished && only(name))).length;
  const workers = Math.max(1, Math.min(options.workers ?? availableParallelism(), toRun));
  if (finishedMs.length === 0)
    return { parts, toRun, workers, estimate: fromElsewhere(experiment, options, { toRun, planned, workers }) };
  const bytes = parts.reduce((sum, { finishedBytes }) => sum + finishedBytes, 0);
  const estimate = {
    seconds: (toRun * mean(finishedMs)) / 1000 / workers,
    bytes: Math.round((planned * bytes) / finishedMs.length),
    source: `${finishedMs.length} finished ${finishedMs.length === 1 ? "cell" : "cells"} of this run`,
  };
  return { parts, toRun, workers, estimate };
}

/** Has the kind make its plan, or if it has no cells do its arithmetic, in a folder that goes away again. */
async function planOf(
  experiment: Experiment,
  { registry, resultsFolder, signal, only }: DryRunOptions,
): Promise<readonly PlannedPart[]> {
  const scratch = mkdtempSync(join(tmpdir(), "camelid-dry-run-"));
  const sweep = new Sweep({ planFor: resultsFolder, ...(only ? { only } : {}) });
  try {
    await resultOf(experiment, registry[experiment.kind]!, {
      resultsFolder: scratch,
      signal,
      onProgress: () => {},
      sweep,
    });
  } catch (error) {
    if (!(error instanceof PlanOnly)) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return sweep.plan;
}

interface Work {
  readonly toRun: number;
  readonly planned: number;
  readonly workers: number;
}

function fromElsewhere(
  experiment: Experiment,
  { registry, resultsFolder, referenceFolder }: DryRunOptions,
  work: Work,
): Estimate {
  const kind = registry[experiment.kind]!;
  return (
    fromLastRun(experiment, kind, resultsFolder, work) ??
    fromReference(experiment, kind, referenceFolder, work) ??
    fromExpectation(kind, work, withoutModel(experiment, resultsFolder))
  );
}

function fromLastRun(
  { name, settings }: Experiment,
  kind: ExperimentKind,
  resultsFolder: string,
  work: Work,
): Estimate | undefined {
  const { run, remark } = lastComparable(runsOf(name, resultsFolder), settings) ?? {};
  if (run === undefined) return undefined;
  return fromRun(run, kind, work, `${sameSettings(run, settings) ? "" : ", which had other settings"}${remark}`);
}

/** The last run, if there are only such as opened no model. */
function withoutModel({ name, settings }: Experiment, resultsFolder: string): FoundRun | undefined {
  const runs = runsOf(name, resultsFolder);
  return lastComparable(runs, settings) === undefined ? runs.at(-1) : undefined;
}

/** With other settings it says less than its kind: reference runs need no model, since their transcripts are kept with them. */
function fromReference(
  { name, settings }: Experiment,
  kind: ExperimentKind,
  referenceFolder: string,
  work: Work,
): Estimate | undefined {
  const alike = runsOf(name, referenceFolder).filter((run) => kind.measuresTime || sameSettings(run, settings));
  const { run, remark } = lastComparable(alike, settings) ?? {};
  return run === undefined ? undefined : fromRun(run, kind, work, ` on ${run.manifest.machine.cpu}${remark}`);
}

/** The last run that took its answers from where this one will; else the last that says something about its times, and what. */
function lastComparable(
  runs: readonly FoundRun[],
  settings: Experiment["settings"],
): { readonly run: FoundRun; readonly remark: string } | undefined {
  const comparable = runs.flatMap((run) => {
    const remark = inferenceRemark(run, settings);
    return remark === undefined ? [] : [{ run, remark }];
  });
  return comparable.findLast(({ remark }) => remark === "") ?? comparable.at(-1);
}

/** How a run's times differ for where its answers came from; undefined for one that opened no model where this one may have to. */
function inferenceRemark(run: FoundRun, settings: Experiment["settings"]): string | undefined {
  const before = withCurrentNames(run.manifest.experiment.resolved);
  const [then, now] = [before["inference"], settings["inference"]];
  if (then === now) return "";
  if (now === "store-only") return `, whose inference was ${then}; the store alone takes less`;
  if (then === "live") return ", whose inference was live; what is in the store takes less";
  // The same settings and the same store: whatever store-only found there, this run finds, too.
  if (now === "recorded") return sameSettings(run, settings) && before["store"] === settings["store"] ? "" : undefined;
  if (then === "store-only" || before["transcripts"] != null) return undefined;
  return `, whose inference was ${then}; live takes longer`;
}

/**
 * An experiment's expected cost is what `camelid reproduce --preset quick` took on two cores of an AMD EPYC server, models and all, with nothing
 * stored. Cells of other presets are of other sizes, so it says no more than the order of magnitude.
 */
const EXPECTED_ON = "what the quick presets took on two cores of a server: a rough guide";

function fromExpectation(
  { expectedCost }: ExperimentKind,
  { toRun, planned, workers }: Work,
  last: FoundRun | undefined,
): Estimate {
  const { secondsPerCell, bytesPerCell, bytesOnce } = expectedCost;
  // What has no cells is one piece of work.
  return {
    seconds: ((toRun || 1) * secondsPerCell) / workers,
    bytes: Math.round(bytesOnce + (planned || 1) * bytesPerCell),
    source: `${EXPECTED_ON}${last === undefined ? "" : ` (${last.folder} opened no model)`}`,
  };
}

function runsOf(name: string, resultsFolder: string): FoundRun[] {
  if (!existsSync(resultsFolder)) return [];
  return listRuns(resultsFolder)
    .runs.filter((run) => run.manifest.experiment.name === name && !isOfAnotherMachine(run))
    .toSorted((a, b) => Date.parse(a.manifest.startedAt) - Date.parse(b.manifest.startedAt));
}

/** But for where answers come from: the estimate is without transcripts. */
function sameSettings({ manifest }: FoundRun, settings: Experiment["settings"]): boolean {
  const rest = ({ inference: _, store: __, ...others }: Experiment["settings"]) => others;
  return isDeepStrictEqual(
    rest(JSON.parse(JSON.stringify(settings))),
    rest(withCurrentNames(manifest.experiment.resolved)),
  );
}

/** Undefined for one that was written before runs recorded it, or a run without cells. */
function fromRun(
  { folder, manifest }: FoundRun,
  kind: ExperimentKind,
  { toRun, planned, workers }: Work,
  remark: string,
): Estimate | undefined {
  const { count, seconds } = cellsOf(folder, kind, manifest);
  if (count === 0) return undefined;
  const files = Object.entries(manifest.files);
  const bytesOf = (growing: boolean) =>
    files
      .filter(([file]) => (file === "rows.csv" || file.startsWith("cells/")) === growing)
      .reduce((sum, [, { bytes }]) => sum + bytes, 0);
  return {
    seconds: (toRun * seconds) / count / workers,
    bytes: Math.round(bytesOf(false) + (planned * bytesOf(true)) / count),
    source: `${folder}${remark}`,
  };
}

/** Of a kind that measures times, a row is a measurement, one after the other. */
function cellsOf(
  folder: string,
  kind: ExperimentKind,
  { cells, startedAt, endedAt }: Manifest,
): { count: number; seconds: number } {
  if (cells !== undefined) return { count: cells.finished, seconds: cells.workerSeconds };
  if (!kind.measuresTime) return { count: 0, seconds: 0 };
  const rows = join(folder, "rows.csv");
  const lines = existsSync(rows) ? readFileSync(rows, "utf8").split("\n").length - 2 : 0;
  return { count: lines, seconds: (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
