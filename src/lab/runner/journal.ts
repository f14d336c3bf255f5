import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../../inference/make-folder.ts";
import { asResultsError, ResultsError, writeFileAtomically } from "../results/atomic-file.ts";
import { describeMachine, describeSoftware } from "../results/provenance.ts";

/**
 * Finished cells of a run that is under way, one JSON line each, so that a kill loses at most the cell in progress and the
 * same command goes on where it stopped: the same settings and models (the caller's `identity`), machine and program.
 * One process at a time: run-lock.ts sees to it.
 */
export class Journal<Row extends object> {
  readonly path: string;
  readonly #rows: Row[];

  private constructor(path: string, rows: Row[]) {
    this.path = path;
    this.#rows = rows;
  }

  /**
   * Opens the journal of this identity under `ROOT/EXPERIMENT/unfinished/`, with the rows it already holds. Nothing is
   * written for a run that has none yet.
   */
  static open<Row extends object>(root: string, experiment: string, identity: object): Journal<Row> {
    const path = journalPath(root, experiment, identity);
    try {
      makeFolder(dirname(path));
      const text = existsSync(path) ? readFileSync(path, "utf8") : "";
      const rows = wholeLines<Row>(text);
      const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
      // A kill in the middle of a write leaves part of a line, and the next row would be glued to it.
      if (lines !== text) writeFileAtomically(path, lines);
      return new Journal(path, rows);
    } catch (error) {
      throw error instanceof ResultsError ? error : asResultsError(error, path);
    }
  }

  /** As `open`, to look only: nothing is made or mended. */
  static look<Row extends object>(root: string, experiment: string, identity: object): Journal<Row> {
    const path = journalPath(root, experiment, identity);
    return new Journal(path, existsSync(path) ? wholeLines<Row>(readFileSync(path, "utf8")) : []);
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  add(row: Row): void {
    try {
      appendFileSync(this.path, `${JSON.stringify(row)}\n`);
    } catch (error) {
      throw asResultsError(error, this.path);
    }
    this.#rows.push(row);
  }

  /** To be called when the run's own files are written. */
  remove(): void {
    rmSync(this.path, { force: true });
  }
}

function journalPath(root: string, experiment: string, identity: object): string {
  const { camelid, commit } = describeSoftware();
  const whole = { ...identity, machine: describeMachine(), program: { camelid, commit } };
  const key = createHash("sha256").update(JSON.stringify(whole)).digest("hex").slice(0, 16);
  return join(root, experiment, "unfinished", `${key}.jsonl`);
}

function wholeLines<Row>(text: string): Row[] {
  const rows: Row[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    try {
      const row = JSON.parse(line) as Row | null;
      if (typeof row !== "object" || row === null) break;
      rows.push(row);
    } catch {
      break; // a disk that filled up can leave a broken line; what follows it is not trusted
    }
  }
  return rows;
}
