import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { experimentKinds } from "./experiments/kinds.ts";
import { ResultsError } from "./results/atomic-file.ts";
import type { Manifest } from "./results/manifest.ts";
import { describeSoftware } from "./results/provenance.ts";
import { TableError } from "./results/table.ts";
import { writeRunFiles } from "./results/write-run.ts";

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
export async function redrawRun(folder: string): Promise<RedrawnRun> {
  const manifest = readManifest(folder);
  const rowsPath = join(folder, "rows.csv");
  const { kind: name } = manifest.experiment;
  const kind = Object.hasOwn(experimentKinds, name) ? experimentKinds[name] : undefined;
  if (kind === undefined)
    throw new ResultsError(`${folder}/manifest.json: kind '${name}' is unknown to this version of Camelid`);
  const rows = read(rowsPath);
  if (createHash("sha256").update(rows).digest("hex") !== manifest.files["rows.csv"]?.sha256)
    throw new ResultsError(
      `${rowsPath}: changed since it was measured (its SHA-256 is not the manifest's); run the experiment again`,
    );
  const outcome = await kind.outcomeOf(rows, manifest.experiment.seed).catch((error: unknown) => {
    throw error instanceof TableError ? new ResultsError(`${folder}/${error.message}`) : error;
  });

  const { verdicts: _, tables: __, warnings: ___, files: before, redrawnWith: ____, ...head } = manifest;
  const software = describeSoftware();
  const sameProgram = isDeepStrictEqual(software, head.software);
  const newHead = sameProgram ? head : { ...head, redrawnWith: software };
  const cellFiles = Object.fromEntries(Object.entries(before).filter(([name]) => name.startsWith("cells/")));
  const after = await writeRunFiles(folder, outcome, newHead, cellFiles);
  return {
    files: [...Object.keys(after.files), "manifest.json"].map((file) => join(folder, file)),
    unchanged: isDeepStrictEqual(before, after.files),
  };
}

const partsUsedHere = z.object({
  format: z.literal("camelid-run/1"),
  experiment: z.object({ kind: z.string(), seed: z.string() }),
  software: z.object({}),
  files: z.record(z.string(), z.object({ sha256: z.string() })),
});

function readManifest(folder: string): Manifest {
  const path = join(folder, "manifest.json");
  try {
    const manifest: unknown = JSON.parse(read(path));
    if (partsUsedHere.safeParse(manifest).success) return manifest as Manifest;
  } catch (error) {
    if (error instanceof ResultsError) throw error;
  }
  throw new ResultsError(`${path}: not the manifest of a run; expected one that 'camelid run' wrote`);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ResultsError(`${path}: cannot be read (${code}); expected the folder of a finished run`);
  }
}
