import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { makeFolder } from "../../inference/make-folder.ts";
import { joinByMachine } from "../by-machine/join.ts";
import { experimentKinds } from "../experiments/kinds.ts";
import { wholeOutcomeOf } from "../redraw-run.ts";
import { asResultsError, writeFileAtomically } from "../results/atomic-file.ts";
import { type FoundRun, isOfAnotherMachine, listRuns } from "../results/list-runs.ts";
import type { Manifest } from "../results/manifest.ts";
import type { ExperimentOutcome } from "../results/outcome.ts";
import { readRun, type StoredRun } from "../results/read-run.ts";
import { type TableOf, toCsv } from "../results/table.ts";
import { drawFigure, type Figure, rasterize } from "./figure.ts";
import { figure1AsPublished } from "./figure-1/as-published.ts";

export interface FigureSet {
  /** Paths of all files, in the order they were written. */
  readonly files: readonly string[];
  /** Runs that could not be drawn, each with the reason. */
  readonly problems: readonly string[];
}

/** Whence a figure of the set comes. */
interface FigureSource {
  readonly figure: string;
  readonly title: string;
  readonly experiment: string;
  readonly run: string;
  readonly preset: string | null;
  readonly startedAt: string | null;
  readonly commit: string | null;
}

/**
 * Draws the figures of every experiment into one folder: of its newest complete run among the results, or else among the reference
 * results; and beside them Figure 1 as it was published, and what runs on different hardware come to in one figure. The runs themselves stay as they are.
 *
 * Errors: ResultsError when a file cannot be written.
 */
export async function drawFigureSet(resultsFolder: string, referenceFolder: string, into: string): Promise<FigureSet> {
  const files: string[] = [];
  const problems: string[] = [];
  const sources: FigureSource[] = [];
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(into, name);
    try {
      makeFolder(dirname(path));
    } catch (error) {
      throw asResultsError(error, path);
    }
    writeFileAtomically(path, content);
    files.push(path);
  };
  const draw = async (figure: Figure, source: Omit<FigureSource, "figure" | "title">) => {
    const { svg, spec } = await drawFigure(figure);
    const stem = `${source.experiment}/${figure.name}`;
    write(`${stem}.svg`, svg);
    write(`${stem}.png`, rasterize(svg));
    write(`${stem}.vl.json`, `${JSON.stringify(spec, null, 2)}\n`);
    sources.push({ figure: stem, title: figure.title, ...source });
  };

  await draw(figure1AsPublished(), { experiment: "published", run: "", preset: null, startedAt: null, commit: null });
  for (const { folder, manifest, rowsCsv } of newestRuns(resultsFolder, referenceFolder, problems)) {
    const { experiment, startedAt, software } = manifest;
    const { name, kind, given } = experiment;
    let outcome: ExperimentOutcome;
    try {
      outcome = await wholeOutcomeOf(experimentKinds[kind]!, manifest, rowsCsv);
    } catch (error) {
      problems.push(`${folder}: ${(error as Error).message}`);
      continue;
    }
    const source = { experiment: name, run: folder, preset: given.preset, startedAt, commit: software.commit };
    for (const figure of outcome.figures) await draw(figure, source);
  }
  // What is wrong with a run has been told above, if it was to be drawn.
  const found = { runs: everyRun([resultsFolder, referenceFolder]), problems: [] };
  for (const { machines, figures } of joinByMachine(found)) {
    const run = machines.flatMap(({ runs }) => runs.map(({ folder }) => folder)).join("; ");
    for (const figure of figures)
      await draw(figure, { experiment: "by-machine", run, preset: null, startedAt: null, commit: null });
  }
  write("figures.csv", toCsv(sourcesTable(sources)));
  return { files, problems };
}

/** One run for each experiment, by name of the experiment. */
function newestRuns(resultsFolder: string, referenceFolder: string, problems: string[]): StoredRun[] {
  const newest = new Map<string, StoredRun>();
  for (const root of [referenceFolder, resultsFolder]) {
    const own = Map.groupBy(completeRuns(root, problems), ({ manifest }) => manifest.experiment.name);
    for (const [name, runs] of own)
      newest.set(
        name,
        runs.reduce((best, run) => (run.manifest.startedAt > best.manifest.startedAt ? run : best)),
      );
  }
  return [...newest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, run]) => run);
}

function completeRuns(root: string, problems: string[]): StoredRun[] {
  return globSync("*/*/manifest.json", { cwd: root })
    .map((path) => join(root, dirname(path)))
    .filter(isRun)
    .flatMap((folder) => {
      try {
        const run = readRun(folder);
        return run.manifest.partial === undefined && !isOfAnotherMachine(run) ? [run] : [];
      } catch (error) {
        problems.push((error as Error).message);
        return [];
      }
    });
}

/** Overviews and comparisons lie among the results, too; and runs of kinds that this version does not know. */
function isRun(folder: string): boolean {
  try {
    const { format, experiment } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
    return format === "camelid-run/1" && Object.hasOwn(experimentKinds, experiment.kind);
  } catch {
    return false;
  }
}

/** Each once, though the reference results may lie among the others. */
function everyRun(roots: readonly string[]): FoundRun[] {
  const runs = roots.filter((root) => existsSync(root)).flatMap((root) => listRuns(root).runs);
  return [...new Map(runs.map((run) => [resolve(run.folder), run])).values()];
}

function sourcesTable(rows: readonly FigureSource[]): TableOf<FigureSource> {
  const column = (name: keyof FigureSource, description: string) => ({
    name,
    type: "text" as const,
    unit: null,
    description,
  });
  return {
    file: "figures.csv",
    caption: "Which run each figure comes from",
    columns: [
      column("figure", "stem of its files"),
      column("title", "what it shows"),
      column(
        "experiment",
        "the experiment; published: nothing was run; by-machine: runs on different hardware, joined",
      ),
      column("run", "folder of the run, or of all that are joined"),
      column("preset", "preset of the run"),
      column("startedAt", "when the run started (UTC)"),
      column("commit", "commit of the program that ran it"),
    ],
    rows,
  };
}
