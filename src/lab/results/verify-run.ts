import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { drawFigure } from "../charts/figure.ts";
import { scopeOf } from "../errors.ts";
import { withCurrentNames } from "../experiment/aliases.ts";
import { type ExperimentKind, type ExperimentRegistry, kindOf, type WrittenRun } from "../experiment/define.ts";
import { type Experiment, ExperimentFileError, parseExperiment } from "../experiment/file.ts";
import { CellsFailed } from "../runner/cells-failed.ts";
import { resultOf } from "../runner/run-experiment.ts";
import { type RunProgress, Sweep } from "../runner/sweep.ts";
import { ResultsError } from "./atomic-file.ts";
import type { ExperimentReport } from "./experiment-report.ts";
import type { Manifest } from "./manifest.ts";
import { describeSoftware } from "./provenance.ts";
import { readManifest } from "./read-run.ts";
import { reportOf } from "./redraw-run.ts";
import { fromCsv, type Table, TableError, toCsv } from "./table.ts";

/** One thing that was looked at. */
export interface Check {
  readonly verdict: "same" | "differs" | "note";
  /** What was compared with what, and where they differ; a note says why something was not, or need not be the same. */
  readonly line: string;
}

export interface VerifyOptions {
  readonly registry: ExperimentRegistry;
  /** Transcript store to recompute rows from; by default the run's own. */
  readonly store?: string | undefined;
  readonly workers?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

/**
 * Whether a run's files are those that it wrote, and whether they follow from each other: hashes of all files; the rows, computed again from
 * the transcript store without any model, or from the settings alone where nothing is inferred; tables, verdicts and figures,
 * computed again from the rows. Times that were measured, and what other hardware computed, cannot be: there hashes have to do. Nothing in the
 * run's folder is written.
 *
 * Errors: ResultsError for a folder that holds no run; AbortError.
 */
export async function verifyRun(folder: string, options: VerifyOptions): Promise<Check[]> {
  const manifest = readManifest(folder);
  const { kind: name } = manifest.experiment;
  const kind = kindOf(options.registry, name);
  const onlyKept = kind === undefined || kind.measuresTime === true || kind.ownHardware === true;
  const checks = fileChecks(folder, manifest, onlyKept);
  if (kind === undefined)
    return [...checks, { verdict: "note", line: `rows: kind '${name}' is unknown to this version of Camelid` }];
  const kept = contentOf(folder, "rows.csv");
  if (kept === undefined && onlyKept) return checks;
  const { check, rowsCsv } = await rowsCheck(folder, manifest, kind, kept, options);
  return [...checks, check, ...(rowsCsv === undefined ? [] : await drawn(folder, manifest, kind, rowsCsv))];
}

/**
 * Page and figures are written again from the rows, and rows that were not timed from transcripts, with what each cell leaves beside them:
 * where they are not kept, nothing is lost.
 */
function fileChecks(folder: string, { files }: Manifest, onlyKept: boolean): Check[] {
  const absent = Object.keys(files).filter((name) => !existsSync(join(folder, name)));
  const written = absent.filter((name) => name === "report.html" || (name === "rows.csv" && !onlyKept));
  const folders = ["figures", ...(onlyKept ? [] : ["cells"])].filter((name) => !existsSync(join(folder, name)));
  const pictures = Object.keys(files).filter((name) => name.endsWith(".png"));
  const withoutPictures = !folders.includes("figures") && pictures.every((name) => absent.includes(name));
  const groups = [
    { name: "PNG of figures", files: withoutPictures ? pictures : [] },
    ...folders.map((name) => ({ name: `${name}/`, files: absent.filter((file) => file.startsWith(`${name}/`)) })),
  ];
  const excluded = [...written, ...groups.flatMap((one) => one.files)];
  const differences = Object.entries(files).flatMap(([name, { bytes, sha256: wanted }]): string[] => {
    const path = join(folder, name);
    if (excluded.includes(name)) return [];
    if (absent.includes(name)) return [`${name}: is missing`];
    const content = readFileSync(path);
    if (content.length !== bytes) return [`${name}: ${content.length} bytes, the manifest says ${bytes}`];
    const found = sha256(content);
    return found === wanted
      ? []
      : [`${name}: SHA-256 ${found.slice(0, 12)}…, the manifest says ${wanted.slice(0, 12)}…`];
  });
  const present = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
  const strangers = present.filter((name) => name !== "manifest.json" && !Object.hasOwn(files, name)).sort();
  const lines = [...differences, ...strangers.map((name) => `${name}: is not in the manifest`)];
  const notes = written.map((name): Check => {
    const by = name === "rows.csv" ? "computed again below" : `camelid figures ${folder} writes it again`;
    return { verdict: "note", line: `${name}: is not here; ${by}` };
  });
  for (const { name, files } of groups.filter((each) => each.files.length > 0)) {
    const by = name === "cells/" ? "the same experiment" : `camelid figures ${folder}`;
    const count = files.length === 1 ? "1 file is" : `${files.length} files are`;
    notes.push({
      verdict: "note",
      line: `${name}: ${count} not here; ${by} writes ${files.length === 1 ? "it" : "them"} again`,
    });
  }
  if (lines.length > 0) return [...lines.map((line): Check => ({ verdict: "differs", line })), ...notes];
  const compared = Object.keys(files).length - excluded.length;
  return [
    { verdict: "same", line: `${compared} files: sizes and SHA-256 are the manifest's, and there are no others` },
    ...notes,
  ];
}

interface RowsCheck {
  readonly check: Check;
  /** The rows to go on with: those of the file, or where it is not kept those computed again. */
  readonly rowsCsv: string | undefined;
}

/** `kept`: the rows of the file, if it is here; otherwise the manifest's hash is what rows computed again are held against. */
async function rowsCheck(
  folder: string,
  manifest: Manifest,
  kind: ExperimentKind,
  kept: string | undefined,
  options: VerifyOptions,
): Promise<RowsCheck> {
  const found = (verdict: Check["verdict"], line: string, rowsCsv = kept): RowsCheck => ({
    check: { verdict, line: `rows.csv: ${line}` },
    rowsCsv,
  });
  if (kind.measuresTime) return found("note", "measured times cannot be computed again; its hash has to do");
  if (kind.ownHardware)
    return found("note", "what its machines computed is not computed again here; its hash has to do");
  const inferred = "inference" in kind.settings.shape;
  const scratch = mkdtempSync(join(tmpdir(), "camelid-verify-"));
  try {
    const store = inferred ? storeOf(folder, manifest, options.store) : undefined;
    const experiment = experimentAgain(
      { manifest, read: (file) => contentOf(folder, file) },
      kind,
      inferred ? ["inference=store-only", ...(store ? [`store=${JSON.stringify(store)}`] : [])] : [],
    );
    const missing = new Set(manifest.partial?.missing);
    const sweep = new Sweep({
      ...(options.workers === undefined ? {} : { workers: options.workers }),
      only: (cell) => !missing.has(cell),
    });
    const { signal, onProgress } = options;
    const { report } = await resultOf(experiment, kind, { resultsFolder: scratch, signal, onProgress, sweep });
    const [failure] = sweep.failures;
    if (failure !== undefined)
      return found("differs", `computed again, cell '${failure.cell}' fails: ${failure.message}`);
    const source = !inferred
      ? "from the settings"
      : `from transcripts in ${store ?? "the file that the settings name"}`;
    const measured = kind.measuredColumns ?? [];
    const again = toCsv(kept === undefined ? report.tables[0]! : withMeasured(report.tables[0]!, kept, measured));
    if (kept === undefined && measured.length > 0)
      return found("note", `computed again ${source}; ${measured.join(", ")} cannot be, so nothing is compared`, again);
    const difference = kept === undefined ? hashDifference(manifest, again) : firstDifference(kept, again);
    if (difference !== undefined) return found("differs", `computed again ${source}, ${difference}`);
    const but = measured.length === 0 ? "" : `, but for measured times, ${measured.join(", ")}, which are the file's`;
    return found(
      "same",
      `computed again ${source}, ${kept === undefined ? "to the manifest's SHA-256" : `byte for byte${but}`}`,
      again,
    );
  } catch (error) {
    if (error instanceof CellsFailed) return found("differs", `computed again, ${error.message}`);
    // Files and transcripts that are not here: that says nothing against the rows.
    if (scopeOf(error) !== "run") throw error;
    return found("note", `cannot be computed again: ${(error as Error).message.split("\n")[0]}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The table with what was measured taken from rows kept, where both measured; a run of another schema is left as it is. */
function withMeasured(table: Table, kept: string, measured: readonly string[]): Table {
  if (measured.length === 0 || !kept.startsWith(`${table.columns.map(({ name }) => name).join(",")}\n`)) return table;
  const before = fromCsv<Record<string, unknown>>(kept, table);
  const rows = (table.rows as readonly Record<string, unknown>[]).map((row, i) => {
    const both = measured.filter((name) => row[name] != null && before[i]?.[name] != null);
    return { ...row, ...Object.fromEntries(both.map((name) => [name, before[i]![name]])) };
  });
  return { ...table, rows };
}

/**
 * The experiment as it was given, for this program to read; what it resolves to must be what it was. "Every cheat" is every cheat of the
 * run's day.
 */
export function experimentAgain(run: WrittenRun, kind: ExperimentKind, overrides: readonly string[]): Experiment {
  const { experiment } = run.manifest;
  const { given, resolved } = experiment;
  const read = (more: readonly string[]) =>
    parseExperiment(
      given.file,
      given.text,
      { [experiment.kind]: kind },
      {
        preset: given.preset ?? undefined,
        overrides: [...given.overrides, ...more],
      },
    );
  const asGiven = JSON.parse(JSON.stringify(read([]).settings)) as object;
  if (!isDeepStrictEqual(asGiven, withCurrentNames(resolved)))
    throw new ExperimentFileError(["this version of Camelid reads other settings from the experiment file"]);
  const lists = experiment.lists ?? kind.listsOf?.(run);
  return { ...read(overrides), ...(lists ? { lists } : {}) };
}

/** The store that the run wrote, if it is still there. */
function storeOf(folder: string, { experiment }: Manifest, chosen: string | undefined): string | undefined {
  if (chosen !== undefined && !existsSync(chosen))
    throw new ResultsError(`${chosen}: no such file; --store names a transcript store`);
  const { store } = experiment.resolved as { readonly store?: string };
  return [chosen, store, join(dirname(folder), "transcripts.sqlite")].find(
    (path) => path !== undefined && existsSync(path),
  );
}

function hashDifference({ files }: Manifest, rowsCsv: string): string | undefined {
  const expected = files["rows.csv"]!.sha256;
  const found = sha256(rowsCsv);
  return found === expected
    ? undefined
    : `SHA-256 ${found.slice(0, 12)}…, the manifest says ${expected.slice(0, 12)}…; nothing more is known of what it was`;
}

function firstDifference(then: string, now: string): string | undefined {
  if (then === now) return undefined;
  const [before, after] = [then.split("\n"), now.split("\n")];
  const line = before.findIndex((text, i) => text !== after[i]);
  if (line < 0) return `there are ${after.length - before.length} more lines`;
  const columns = before[0]!.split(",");
  const [old, fresh] = [before[line]!.split(","), after[line]?.split(",") ?? []];
  const column = old.findIndex((cell, i) => cell !== fresh[i]);
  const what =
    after[line] === undefined
      ? "it is not there"
      : `${columns[column]} is ${fresh[column]}, the file says ${old[column]}`;
  return `line ${line + 1} differs: ${what}`;
}

/** What follows from the rows: other tables, verdicts and, by the same program, figures. */
async function drawn(folder: string, manifest: Manifest, kind: ExperimentKind, rowsCsv: string): Promise<Check[]> {
  let report: ExperimentReport;
  try {
    report = reportOf(kind, manifest, rowsCsv);
  } catch (error) {
    if (error instanceof TableError)
      return [
        {
          verdict: "note",
          line: `what follows from the rows: this program's rows have another schema (${error.message})`,
        },
      ];
    if (manifest.partial !== undefined)
      return [{ verdict: "note", line: "what follows from the rows: they are too few for tables and figures" }];
    throw error;
  }
  const tables = report.tables.slice(1).filter(({ file }) => file in manifest.files);
  const changed = [
    ...tables.filter((table) => contentOf(folder, table.file) !== toCsv(table)).map(({ file }) => file),
    ...(isDeepStrictEqual(plain(report.verdicts), plain(manifest.verdicts)) ? [] : ["the verdicts"]),
  ];
  const figures: string[] = [];
  for (const figure of report.figures) {
    const file = `figures/${figure.name}.vl.json`;
    const { spec } = await drawFigure(figure);
    // Of a figure that is not kept there is its hash.
    const text = `${JSON.stringify(spec, null, 2)}\n`;
    const kept = contentOf(folder, file);
    const isSame = kept === undefined ? sha256(text) === manifest.files[file]?.sha256 : kept === text;
    if (!isSame) figures.push(file);
  }
  const { camelid, commit, dirty } = describeSoftware();
  const by = manifest.redrawnWith ?? manifest.software;
  const sameProgram = isDeepStrictEqual([camelid, commit, dirty], [by.camelid, by.commit, by.dirty]);
  const differs: Check["verdict"] = sameProgram ? "differs" : "note";
  const other = sameProgram
    ? ""
    : "; it was made by another version of Camelid, whose figures and verdicts may be others";
  const names = [...tables.map(({ file }) => file), "verdicts"].join(", ");
  return [
    changed.length === 0
      ? { verdict: "same", line: `${names}: follow from rows.csv` }
      : { verdict: differs, line: `computed again from rows.csv, ${changed.join(", ")} came out otherwise${other}` },
    figures.length === 0
      ? { verdict: "same", line: `${report.figures.length} figures: drawn again from rows.csv, the same` }
      : { verdict: differs, line: `drawn again from rows.csv, ${figures.join(", ")} came out otherwise${other}` },
  ];
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function contentOf(folder: string, file: string): string | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
