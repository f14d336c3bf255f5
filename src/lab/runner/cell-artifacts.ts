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
  readonly #cellFolders: ReadonlyMap<string, string>;
  readonly #partFolders: ReadonlyMap<string, string>;
  #attempts = 0;

  /**
   * @param cells all of the run's, and `parts` all that it has if it varies settings: whose folders would be called the same are
   *   told apart
   */
  constructor(folder: string, cells: readonly string[], parts: readonly string[]) {
    this.#folder = folder;
    this.#cellFolders = folderNames(cells);
    this.#partFolders = folderNames(parts);
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
    const folder = join(this.#folder, this.#cellFolders.get(cell)!);
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
    const folder = this.#cellFolders.get(cell)!;
    return entries(join(this.#folder, folder)).map((file) => ({
      name: ["cells", ...(part === null ? [] : [this.#partFolders.get(part)!]), folder, file].join("/"),
      path: join(this.#folder, folder, file),
    }));
  }

  removeAll(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const attemptPrefix = ".attempt-";

/**
 * "mixed, redundant, run 3" -> "mixed-redundant-run-3"; a name that lost something, or that two keys would share (on file systems
 * that ignore case, too), says whose it is by a part of the key's hash.
 */
export function folderNames(keys: readonly string[]): ReadonlyMap<string, string> {
  const sharers = Map.groupBy(new Set(keys), (key) => plainName(key).toLowerCase());
  return new Map(
    keys.map((key) => {
      const plain = plainName(key);
      const isFaithful = plain === key.replace(/, | /g, "-") && plain.length <= 100;
      if (isFaithful && sharers.get(plain.toLowerCase())!.length === 1) return [key, plain];
      return [key, `${plain.slice(0, 100)}-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`];
    }),
  );
}

function plainName(key: string): string {
  return key.replace(/[^A-Za-z0-9._=-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "");
}

function entries(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder).sort();
}
