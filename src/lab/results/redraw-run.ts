import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type ExperimentKind, type ExperimentRegistry, kindOf } from "../experiment/define.ts";
import { gridReport } from "../experiment/grid/analyse.ts";
import { gridPartsOf } from "../experiment/grid/rows.ts";
import { ResultsError } from "./atomic-file.ts";
import { type ExperimentReport, withFigures } from "./experiment-report.ts";
import type { Manifest } from "./manifest.ts";
import { describeSoftware } from "./provenance.ts";
import { readRun } from "./read-run.ts";
import { TableError, toCsv } from "./table.ts";
import { writeRunFiles } from "./write-run.ts";

export interface RedrawnRun {
  /** Paths of all files of the run. */
  readonly files: readonly string[];
  /** Whether every file is, byte for byte, what it was. */
  readonly unchanged: boolean;
}

/**
 * Draws a finished run's figures and page again from its rows, which stay as they are. With the program that made the run,
 * every file comes out the same; with another, the manifest says which one drew it.
 *
 * Errors: ResultsError for a folder that holds no finished run, or rows that are not those of the manifest.
 */
export async function redrawRun(folder: string, registry: ExperimentRegistry): Promise<RedrawnRun> {
  const { manifest, rowsCsv } = readRun(folder);
  const { kind: name } = manifest.experiment;
  const kind = kindOf(registry, name);
  if (kind === undefined)
    throw new ResultsError(`${folder}/manifest.json: kind '${name}' is unknown to this version of Camelid`);
  let report: ExperimentReport;
  try {
    report = reportOf(kind, manifest, rowsCsv);
  } catch (error) {
    throw error instanceof TableError ? new ResultsError(`${folder}/${error.message}`) : error;
  }

  const { verdicts: _, tables: __, warnings: ___, files: before, redrawnWith: ____, ...head } = manifest;
  const software = describeSoftware();
  const sameProgram = isDeepStrictEqual(software, head.software);
  const newHead = sameProgram ? head : { ...head, redrawnWith: software };
  const cellFiles = Object.fromEntries(Object.entries(before).filter(([name]) => name.startsWith("cells/")));
  const after = await writeRunFiles(folder, report, newHead, cellFiles);
  return {
    files: [...Object.keys(after.files), "manifest.json"].map((file) => join(folder, file)),
    unchanged: isDeepStrictEqual(before, after.files),
  };
}

/** What a run's rows say, with the figures that it draws. Throws TableError. */
export function reportOf(
  kind: ExperimentKind,
  manifest: Pick<Manifest, "experiment" | "tables">,
  rowsCsv: string,
): ExperimentReport {
  return withFigures(wholeReportOf(kind, manifest, rowsCsv), manifest.experiment.figures);
}

/** With every figure, of a run that varies settings too. Throws TableError. */
export function wholeReportOf(
  kind: ExperimentKind,
  { experiment, tables }: Pick<Manifest, "experiment" | "tables">,
  rowsCsv: string,
): ExperimentReport {
  const { combinations, seed } = experiment;
  if (combinations === undefined) return kind.reportOf(rowsCsv, seed);
  const parts = gridPartsOf(rowsCsv, combinations, { columns: tables["rows.csv"]! });
  const alone = parts.length === 1 ? kind.reportOf(toCsv(parts[0]!.rows), seed) : undefined;
  return gridReport(parts, kind.metrics, alone?.verdicts ?? []);
}
