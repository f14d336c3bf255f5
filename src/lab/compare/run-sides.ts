/** One experiment under two settings, run one after the other on common random numbers. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../../inference/make-folder.ts";
import type { Experiment } from "../experiment/file.ts";
import { asResultsError, writeFileAtomically } from "../results/atomic-file.ts";
import { listRuns } from "../results/list-runs.ts";
import { type ManifestHead, manifestHead } from "../results/manifest.ts";
import { describeMachine, describeSoftware } from "../results/provenance.ts";
import { readRun, type StoredRun } from "../results/read-run.ts";
import { removeEmptyFolders } from "../results/remove-empty-folders.ts";
import { runExperiment } from "../runner/run-experiment.ts";
import { CompareError } from "./compare-error.ts";
import type { Sides } from "./sides.ts";

type Environment = Parameters<typeof runExperiment>[1];

export interface RunSides {
  readonly sides: Sides<StoredRun>;
  /** To be called when the comparison is written: until then the same command takes both sides as they are. */
  readonly forget: () => void;
}

/**
 * Runs A, then B, each into its own results folder. The same command as one that was interrupted takes up the sides that it finished,
 * and the finished cells of the one it was at.
 *
 * Errors: those of runExperiment; CompareError for a side with failed cells.
 */
export async function runSides(
  experiments: Sides<Experiment>,
  environment: Environment,
  onSide: (side: "A" | "B") => void,
): Promise<RunSides> {
  const { resultsFolder } = environment;
  const comparison = unfinishedComparison(resultsFolder, experiments);
  const { since } = comparison;
  let done = 0;
  const counting: Environment = {
    ...environment,
    onProgress: (progress) => {
      done = Math.max(done, progress.done);
      environment.onProgress(progress);
    },
  };
  try {
    onSide("A");
    const a = finishedSince(since, resultsFolder, experiments.a) ?? (await runWhole("A", experiments.a, counting));
    onSide("B");
    const b =
      finishedSince(since, resultsFolder, experiments.b, a.folder) ?? (await runWhole("B", experiments.b, counting));
    return { sides: { a, b }, forget: comparison.forget };
  } catch (error) {
    if (comparison.isNew && done === 0) comparison.forget(); // refused: there is nothing to go on from
    throw error;
  }
}

async function runWhole(side: string, experiment: Experiment, environment: Environment): Promise<StoredRun> {
  const { folder, failures } = await runExperiment(experiment, environment);
  if (failures.length > 0)
    throw new CompareError(
      `${side}: ${failures.length} cells failed, the first: ${failures[0]!.cell}: ${failures[0]!.message.split("\n")[0]}; ` +
        "the same command tries them again",
    );
  return readRun(folder);
}

/** A complete run of this very experiment by this program on this machine that began after the comparison, and is not the other side. */
function finishedSince(
  since: Date,
  resultsFolder: string,
  experiment: Experiment,
  other?: string,
): StoredRun | undefined {
  const folder = join(resultsFolder, experiment.name);
  if (!existsSync(folder)) return undefined;
  const moment = { startedAt: since, endedAt: since, loadAverage: null, commandLine: [], models: [], numerics: null };
  const wanted = identityOf(manifestHead(experiment, moment));
  const found = listRuns(folder).runs.find(
    ({ folder, manifest }) =>
      folder !== other &&
      manifest.partial === undefined &&
      Date.parse(manifest.startedAt) >= since.getTime() &&
      identityOf(manifest) === wanted,
  );
  return found === undefined ? undefined : readRun(found.folder);
}

function identityOf({ experiment, software: { camelid, commit }, machine }: ManifestHead): string {
  const { name, kind, seed, resolved, combinations } = experiment;
  return JSON.stringify({ name, kind, seed, resolved, combinations, camelid, commit, machine });
}

interface UnfinishedComparison {
  readonly since: Date;
  /** Rather than one that was interrupted. */
  readonly isNew: boolean;
  readonly forget: () => void;
}

/** When a comparison began, by what both sides are and which program runs them: kept on disk from then until it is written. */
function unfinishedComparison(resultsFolder: string, { a, b }: Sides<Experiment>): UnfinishedComparison {
  const { camelid, commit } = describeSoftware();
  const identity = [a, b].map(({ name, kind, seed, settings }) => ({ name, kind, seed, settings }));
  const key = createHash("sha256")
    .update(JSON.stringify({ identity, camelid, commit, machine: describeMachine() }))
    .digest("hex")
    .slice(0, 16);
  const path = join(resultsFolder, "compare", "unfinished", `${key}.json`);
  if (existsSync(path)) {
    const { startedAt } = JSON.parse(readFileSync(path, "utf8")) as { startedAt: string };
    return { since: new Date(startedAt), isNew: false, forget: () => forget(path) };
  }
  const since = new Date();
  let madeFolder: string | undefined;
  try {
    madeFolder = makeFolder(dirname(path));
  } catch (error) {
    throw asResultsError(error, dirname(path));
  }
  writeFileAtomically(path, `${JSON.stringify({ startedAt: since.toISOString() })}\n`);
  return { since, isNew: true, forget: () => forget(path, madeFolder) };
}

function forget(path: string, madeFolder?: string): void {
  rmSync(path, { force: true });
  removeEmptyFolders(dirname(path), madeFolder);
}
