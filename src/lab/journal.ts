import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asResultsError } from "./results/atomic-file.ts";

/**
 * Finished cells of a run that is under way, one JSON line each, so that a kill loses at most the cell in progress and the
 * same command goes on where it stopped. What "the same" means is the caller's `identity`: settings, models, machine.
 */
export class Journal<Row extends object> {
  readonly path: string;
  readonly #rows: Row[];

  private constructor(path: string, rows: Row[]) {
    this.path = path;
    this.#rows = rows;
  }

  /** Opens the journal of this identity under `ROOT/EXPERIMENT/unfinished/`, with the rows it already holds. */
  static open<Row extends object>(root: string, experiment: string, identity: object): Journal<Row> {
    const folder = join(root, experiment, "unfinished");
    const key = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
    const path = join(folder, `${key}.jsonl`);
    try {
      mkdirSync(folder, { recursive: true });
      const rows = existsSync(path) ? wholeLines<Row>(readFileSync(path, "utf8")) : [];
      // A kill in the middle of a write leaves part of a line: written afresh, the file holds whole lines only.
      writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      return new Journal(path, rows);
    } catch (error) {
      throw asResultsError(error, path);
    }
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

function wholeLines<Row>(text: string): Row[] {
  const rows: Row[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    try {
      rows.push(JSON.parse(line) as Row);
    } catch {
      break; // a disk that filled up can leave a broken line; what follows it is not trusted
    }
  }
  return rows;
}
