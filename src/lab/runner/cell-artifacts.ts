import { createHash } from "node:crypto";
import { readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { asResultsError } from "../results/atomic-file.ts";

/** A file of a cell's own. */
export interface CellArtifact {
  /** Under which a finished run keeps it: `cells/CELL/NAME`. */
  readonly name: string;
  /** Where it lies now. */
  readonly path: string;
}

/**
 * The files that the cells of an unfinished run keep beside their rows. A cell writes into a folder of its attempt, which
 * becomes the cell's when its rows are there: files of two attempts never mix.
 */
export class CellArtifacts {
  readonly #folder: string;
  #attempts = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What interrupted workers left. */
  removeAttempts(): void {
    const names = entries(this.#folder);
    const attempts = names.filter((name) => name.startsWith(attemptPrefix));
    for (const name of attempts) rmSync(join(this.#folder, name), { recursive: true, force: true });
    if (names.length > 0 && attempts.length === names.length) this.removeAll();
  }

  attemptFolder(): string {
    return join(this.#folder, `${attemptPrefix}${process.pid}-${this.#attempts++}`);
  }

  /** Takes over what an attempt has written; to be called before its cell counts as finished. */
  adopt(attempt: string, cell: string): void {
    const folder = join(this.#folder, folderName(cell));
    try {
      rmSync(folder, { recursive: true, force: true });
      if (statSync(attempt, { throwIfNoEntry: false }) !== undefined) renameSync(attempt, folder);
    } catch (error) {
      throw asResultsError(error, folder);
    }
  }

  discard(attempt: string): void {
    rmSync(attempt, { recursive: true, force: true });
  }

  /** @param part of a run that varies settings */
  of(cell: string, part: string | null): CellArtifact[] {
    const folder = folderName(cell);
    return entries(join(this.#folder, folder)).map((file) => ({
      name: ["cells", ...(part === null ? [] : [folderName(part)]), folder, file].join("/"),
      path: join(this.#folder, folder, file),
    }));
  }

  removeAll(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const attemptPrefix = ".attempt-";

/** "mixed, redundant, run 3" -> "mixed-redundant-run-3"; a name that lost something says so by a part of its hash. */
function folderName(key: string): string {
  const plain = key.replace(/[^A-Za-z0-9._=-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "");
  const spoken = key.replace(/, | /g, "-");
  if (plain === spoken && plain.length <= 100) return plain;
  return `${plain.slice(0, 100)}-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`;
}

function entries(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder).sort();
}
