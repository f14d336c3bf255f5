import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { joinByMachine } from "../by-machine/join.ts";
import { claimC2 } from "../claims/c2-uniform-guess.ts";
import { claimC15 } from "../claims/c15-model-chunks.ts";
import type { ClaimVerdict } from "../claims/verdict.ts";
import type { ExperimentRegistry, RunProgress } from "../experiment/define.ts";
import type { Experiment } from "../experiment/file.ts";
import { type FoundRun, listRuns } from "../results/list-runs.ts";
import { Journal } from "../runner/journal.ts";
import { runExperiment } from "../runner/run-experiment.ts";
import { RunLock } from "../runner/run-lock.ts";
import type { CellFailure } from "../runner/sweep.ts";
import type { OverviewExperiment } from "./manifest.ts";
import { OVERVIEW, type ReproducePlan } from "./plan.ts";
import { runsFromElsewhere } from "./runs-from-elsewhere.ts";
import { type Overview, writeOverview } from "./write-overview.ts";

export interface ReproduceEnvironment {
  readonly registry: ExperimentRegistry;
  readonly resultsFolder: string;
  /** Runs that are kept with the code, which may say more than those made here; none unless given. */
  readonly referenceFolder?: string;
  readonly signal: AbortSignal;
  /** Worker processes of experiments that do not measure times; one for each core unless given. */
  readonly workers?: number | undefined;
  readonly commandLine: readonly string[];
  /** Called before an experiment runs, or is found to have run. */
  readonly onStart: (experiment: Experiment) => Promise<void>;
  readonly onProgress: (progress: RunProgress) => void;
  readonly onEnd: (ended: OverviewExperiment, error?: unknown) => void;
}

/** An experiment that is done, as the journal keeps it until the overview is written. */
type Finished = Pick<OverviewExperiment, "name" | "headline" | "warnings" | "seconds"> & {
  readonly folder: string;
  readonly startedAt: string;
};

/**
 * Runs the plan's experiments one after the other and writes one page about all of them. An experiment that fails does not keep
 * the others from running.
 *
 * Killed at any moment, the same command goes on: finished experiments are not run again, and the one that was under way goes on
 * from its own journal. So it does after a failure, with the experiments that failed.
 */
export async function reproduce(plan: ReproducePlan, environment: ReproduceEnvironment): Promise<Overview> {
  const { preset, experiments } = plan;
  const { resultsFolder } = environment;
  const identity = {
    preset,
    experiments: experiments.map(({ name, kind, seed, settings }) => ({ name, kind, seed, settings })),
  };
  const lock = RunLock.take(resultsFolder, { name: OVERVIEW, kind: OVERVIEW, seed: "", settings: identity });
  try {
    const journal = Journal.open<Finished>(resultsFolder, OVERVIEW, identity);
    const startedAt = journal.rows[0]?.startedAt ?? new Date().toISOString();
    const ended: OverviewExperiment[] = [];
    for (const experiment of experiments) {
      await environment.onStart(experiment);
      ended.push(await runOnce(experiment, journal, environment));
    }
    const found = listRuns(resultsFolder);
    const elsewhere = runsFromElsewhere(found.runs, [
      ...ended.map((one) => ({ ...one, lacks: false })),
      ...plan.excluded.filter(({ lacks }) => lacks).map((one) => ({ ...one, run: null })),
    ]);
    const excluded = plan.excluded
      .filter(({ name }) => !elsewhere.some((one) => one.name === name))
      .map(({ name, question, reason }) => ({ ...unrun(name, question), state: "left out" as const, reason }));
    const overview = await writeOverview({
      ...environment,
      preset,
      startedAt,
      experiments: [...ended, ...elsewhere, ...excluded],
      computed: computedVerdicts(),
      joined: joinByMachine(environment.registry, found),
      reference: referenceRuns(environment.referenceFolder, experiments),
    });
    if (ended.every(({ state }) => state === "done")) journal.remove();
    return overview;
  } finally {
    lock.release();
  }
}

async function runOnce(
  experiment: Experiment,
  journal: Journal<Finished>,
  environment: ReproduceEnvironment,
): Promise<OverviewExperiment> {
  const { name, question, given } = experiment;
  const before = journal.rows.find((row) => row.name === name && existsSync(join(row.folder, "manifest.json")));
  if (before !== undefined) {
    const ended = done(question, before, true);
    environment.onEnd(ended);
    return ended;
  }
  const startedAt = new Date();
  try {
    const { registry, resultsFolder, signal, onProgress, workers } = environment;
    const preset = given.preset === null ? [] : ["--preset", given.preset];
    const out = resultsFolder === "results" ? [] : ["--out", resultsFolder];
    // What repeats this run alone.
    const overrides = given.overrides.flatMap((override) => ["--set", override]);
    const commandLine = ["run", given.file, ...preset, ...overrides, ...out];
    const { folder, consoleSummary, warnings, failures } = await runExperiment(experiment, {
      registry,
      resultsFolder,
      signal,
      onProgress,
      commandLine,
      ...(workers === undefined ? {} : { workers }),
    });
    const seconds = (Date.now() - startedAt.getTime()) / 1000;
    const missing = missingCells(failures);
    const row = { name, folder, headline: consoleSummary, warnings, seconds, startedAt: startedAt.toISOString() };
    const ended =
      missing.length > 0
        ? { ...done(question, row, false), state: "partial" as const, reason: missing }
        : done(question, row, false);
    if (ended.state === "done") journal.add(row);
    environment.onEnd(ended);
    return ended;
  } catch (error) {
    if (environment.signal.aborted || !(error instanceof Error)) throw error;
    const ended = { ...unrun(name, question), state: "failed" as const, reason: error.message };
    environment.onEnd(ended, error);
    return ended;
  }
}

/** The newest whole run of each of these experiments. */
function referenceRuns(folder: string | undefined, experiments: readonly Experiment[]): FoundRun[] {
  if (folder === undefined || !existsSync(folder)) return [];
  const whole = listRuns(folder).runs.filter(({ manifest }) => manifest.partial === undefined);
  return experiments.flatMap(
    ({ name }) =>
      whole
        .filter(({ manifest }) => manifest.experiment.name === name)
        .toSorted((a, b) => (a.manifest.startedAt < b.manifest.startedAt ? -1 : 1))
        .at(-1) ?? [],
  );
}

/** Nothing where all cells gave their rows. */
function missingCells(failures: readonly CellFailure[]): string {
  const [first] = failures;
  if (first === undefined) return "";
  const count = failures.length === 1 ? "1 cell failed" : `${failures.length} cells failed; the first`;
  return `${count}: ${first.cell}: ${first.message}`;
}

function done(question: string, { folder, ...finished }: Finished, before: boolean): OverviewExperiment {
  const { startedAt: _, ...facts } = finished;
  return { ...facts, question, state: "done", reason: null, run: folder, finishedBefore: before };
}

function unrun(name: string, question: string): Omit<OverviewExperiment, "state" | "reason"> {
  return { name, question, run: null, headline: [], warnings: [], seconds: null, finishedBefore: false };
}

/** Claims that need no experiment: the program settles them by arithmetic, or by trying every case. */
function computedVerdicts(): ClaimVerdict[] {
  return [claimC2(), claimC15(fileURLToPath(new URL("../../../models/tales-target-f16.gguf", import.meta.url)))];
}
