import { existsSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { makeFolder } from "../../inference/make-folder.ts";
import { joinByMachine } from "../by-machine/join.ts";
import { drawFigure, type Figure, rasterize } from "../charts/figure.ts";
import { type ExperimentRegistry, kindOf } from "../experiment/define.ts";
import { asResultsError, writeFileAtomically } from "./atomic-file.ts";
import type { ExperimentReport } from "./experiment-report.ts";
import { type DrawnFigure, keptFigures } from "./kept-figures.ts";
import { type FoundRun, type FoundRuns, isOfAnotherMachine, listRuns } from "./list-runs.ts";
import { readRun, type StoredRun } from "./read-run.ts";
import { wholeReportOf } from "./redraw-run.ts";
import { type TableOf, toCsv } from "./table.ts";

export interface FigureSet {
  /** Paths of all files, in the order they were written. */
  readonly files: readonly string[];
  /** Lines on runs that could not be drawn, and on what looks like a run and cannot be read. */
  readonly problems: readonly string[];
}

export interface FigureSetFolders {
  readonly resultsFolder: string;
  /** Runs that are kept with the code. */
  readonly referenceFolder: string;
  readonly into: string;
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
 * results; and beside them Figure 1 as it was published, and what runs on different hardware come to in one figure. Where a run's rows are not
 * kept, its figures are taken as they are kept. The runs themselves stay as they are.
 *
 * Errors: ResultsError when a file cannot be written.
 */
export async function drawFigureSet(
  registry: ExperimentRegistry,
  { resultsFolder, referenceFolder, into }: FigureSetFolders,
): Promise<FigureSet> {
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
  type Source = Omit<FigureSource, "figure" | "title">;
  const take = ({ name, title, files }: DrawnFigure, source: Source) => {
    const stem = `${source.experiment}/${name}`;
    for (const [suffix, content] of files) write(`${stem}.${suffix}`, content);
    sources.push({ figure: stem, title, ...source });
  };
  const draw = async (figure: Figure, source: Source) => {
    const { svg, spec } = await drawFigure(figure);
    const files = new Map<string, string | Uint8Array>([
      ["svg", svg],
      ["png", rasterize(svg)],
      ["vl.json", `${JSON.stringify(spec, null, 2)}\n`],
    ]);
    take({ name: figure.name, title: figure.title, files }, source);
  };

  for (const figure of Object.values(registry).flatMap((kind) => kind.publishedFigures?.() ?? []))
    await draw(figure, { experiment: "published", run: "", preset: null, startedAt: null, commit: null });
  const found = foundRuns(resultsFolder, referenceFolder);
  problems.push(...found.problems);
  for (const run of newestRuns(found, registry, problems)) {
    const { experiment, startedAt, software } = run.manifest;
    const { name, kind, given } = experiment;
    const source = { experiment: name, run: run.folder, preset: given.preset, startedAt, commit: software.commit };
    if ("kept" in run) for (const figure of run.kept) take(figure, source);
    else {
      let report: ExperimentReport;
      try {
        report = wholeReportOf(registry[kind]!, run.manifest, run.rowsCsv);
      } catch (error) {
        problems.push(`${run.folder}: ${(error as Error).message}`);
        continue;
      }
      for (const figure of report.figures) await draw(figure, source);
    }
  }
  // What is wrong with a run has been told above, if it was to be drawn.
  for (const { machines, figures } of joinByMachine(registry, {
    runs: [...found.own, ...found.reference],
    problems: [],
  })) {
    const run = machines.flatMap(({ runs }) => runs.map(({ folder }) => folder)).join("; ");
    for (const figure of figures)
      await draw(figure, { experiment: "by-machine", run, preset: null, startedAt: null, commit: null });
  }
  write("figures.csv", toCsv(sourcesTable(sources)));
  return { files, problems };
}

interface FoundInBoth {
  readonly own: readonly FoundRun[];
  readonly reference: readonly FoundRun[];
  readonly problems: readonly string[];
}

/** The reference results usually lie among the others: each run counts once. */
function foundRuns(resultsFolder: string, referenceFolder: string): FoundInBoth {
  const results = runsIn(resultsFolder);
  const reference = runsIn(referenceFolder);
  const inReference = `${resolve(referenceFolder)}${sep}`;
  return {
    own: results.runs.filter(({ folder }) => !resolve(folder).startsWith(inReference)),
    reference: reference.runs,
    problems: [...new Set([...reference.problems, ...results.problems])],
  };
}

function runsIn(root: string): Pick<FoundRuns, "runs" | "problems"> {
  return existsSync(root) ? listRuns(root) : { runs: [], problems: [] };
}

type DrawableRun = StoredRun | (FoundRun & { readonly kept: readonly DrawnFigure[] });

/** One run for each experiment, by name of the experiment. */
function newestRuns({ own, reference }: FoundInBoth, registry: ExperimentRegistry, problems: string[]): DrawableRun[] {
  const newest = new Map<string, DrawableRun>();
  for (const found of [reference, own]) {
    const byName = Map.groupBy(drawable(found, registry, problems), ({ manifest }) => manifest.experiment.name);
    for (const [name, runs] of byName)
      newest.set(
        name,
        runs.reduce((best, run) => (run.manifest.startedAt > best.manifest.startedAt ? run : best)),
      );
  }
  return [...newest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, run]) => run);
}

/** The complete ones, of kinds that this version knows. */
function drawable(found: readonly FoundRun[], registry: ExperimentRegistry, problems: string[]): DrawableRun[] {
  return found
    .filter(
      ({ manifest }) => manifest.partial === undefined && kindOf(registry, manifest.experiment.kind) !== undefined,
    )
    .filter((run) => !isOfAnotherMachine(run))
    .flatMap((run): DrawableRun[] => {
      const kept = keptFigures(run);
      if (kept !== null) return [{ ...run, kept }];
      try {
        return [readRun(run.folder)];
      } catch (error) {
        problems.push((error as Error).message);
        return [];
      }
    });
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
