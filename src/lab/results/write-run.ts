import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../../inference/make-folder.ts";
import { drawFigure, rasterize } from "../charts/figure.ts";
import type { Experiment } from "../experiment/file.ts";
import { drawForReport, renderReport } from "../report/report.ts";
import type { CellArtifact } from "../runner/cell-artifacts.ts";
import { asResultsError, writeFileAtomically } from "./atomic-file.ts";
import { type ExperimentReport, withFigures } from "./experiment-report.ts";
import { type Manifest, type ManifestHead, manifestHead, type RunFacts } from "./manifest.ts";
import { toCsv } from "./table.ts";

/**
 * Writes all files of a finished run into its folder: tables, figures, `report.html`, and last `manifest.json`, which lists
 * the others. In a folder with a manifest, all files of the run are there.
 *
 * @param artifacts files that cells wrote themselves
 * @returns the manifest as written
 * @throws ResultsError when something cannot be written
 */
export async function writeRun(
  folder: string,
  experiment: Experiment,
  report: ExperimentReport,
  facts: RunFacts,
  artifacts: readonly CellArtifact[] = [],
): Promise<Manifest> {
  const copied = Object.fromEntries(
    artifacts.map(({ name, path }) => [name, writeInto(folder, name, readFileSync(path))]),
  );
  return writeRunFiles(folder, withFigures(report, experiment.figures), manifestHead(experiment, facts), copied);
}

/**
 * As `writeRun`, for a run whose circumstances are on record already.
 *
 * @param cellFiles entries of files that lie in the folder already
 */
export async function writeRunFiles(
  folder: string,
  report: ExperimentReport,
  head: ManifestHead,
  cellFiles: Manifest["files"],
): Promise<Manifest> {
  const files: Record<string, FileRecord> = {};
  const write = (name: string, content: string | Uint8Array) => {
    files[name] = writeInto(folder, name, content);
  };

  // Measurements first: whatever fails after them, they are safe.
  for (const table of report.tables) write(table.file, toCsv(table));
  Object.assign(files, cellFiles);

  const warnings: string[] = [];
  for (const figure of report.figures) {
    const drawing = await drawFigure(figure);
    warnings.push(...drawing.warnings.map((warning) => `${figure.name}: ${warning}`));
    write(`figures/${figure.name}.vl.json`, `${JSON.stringify(drawing.spec, null, 2)}\n`);
    write(`figures/${figure.name}.svg`, drawing.svg);
    write(`figures/${figure.name}.png`, rasterize(drawing.svg));
  }

  const described = {
    ...head,
    verdicts: report.verdicts,
    tables: Object.fromEntries(report.tables.map((table) => [table.file, table.columns])),
    warnings,
  };
  write("report.html", renderReport({ report, drawings: await drawForReport(report.figures), manifest: described }));
  const manifest: Manifest = { ...described, files: { ...files } };
  write("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

type FileRecord = Manifest["files"][string];

function writeInto(folder: string, name: string, content: string | Uint8Array): FileRecord {
  const path = join(folder, name);
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw asResultsError(error, dirname(path));
  }
  writeFileAtomically(path, content);
  return { bytes: Buffer.byteLength(content), sha256: createHash("sha256").update(content).digest("hex") };
}
