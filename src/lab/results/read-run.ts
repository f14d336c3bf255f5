import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ResultsError } from "./atomic-file.ts";
import type { Manifest } from "./manifest.ts";

/** A finished run as its folder holds it. */
export interface StoredRun {
  readonly folder: string;
  readonly manifest: Manifest;
  /** The text of rows.csv, which is what the manifest says it is. */
  readonly rowsCsv: string;
}

/** Errors: ResultsError for a folder that holds no finished run, or rows that are not those of the manifest. */
export function readRun(folder: string): StoredRun {
  const manifest = readManifest(folder);
  const rowsPath = join(folder, "rows.csv");
  if (!existsSync(rowsPath)) {
    const { given } = manifest.experiment;
    const preset = given?.preset ? ` --preset ${given.preset}` : "";
    throw new ResultsError(
      `${rowsPath}: is not kept here; run the experiment again${given ? ` (camelid run ${given.file}${preset})` : ""} and name that run`,
    );
  }
  const rowsCsv = read(rowsPath);
  if (createHash("sha256").update(rowsCsv).digest("hex") !== manifest.files["rows.csv"]?.sha256)
    throw new ResultsError(
      `${rowsPath}: changed since it was measured (its SHA-256 is not the manifest's); run the experiment again`,
    );
  return { folder, manifest, rowsCsv };
}

const partsUsed = z.object({
  format: z.literal("camelid-run/1"),
  experiment: z.object({ kind: z.string(), seed: z.string() }),
  software: z.object({}),
  verdicts: z.array(z.object({ claim: z.string() })),
  // Names lead nowhere outside the run's folder.
  files: z.record(z.string().regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))/), z.object({ sha256: z.string() })),
});

/** Errors: ResultsError for a folder that holds no finished run. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, "manifest.json");
  try {
    const manifest: unknown = JSON.parse(read(path));
    if (partsUsed.safeParse(manifest).success) return manifest as Manifest;
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
