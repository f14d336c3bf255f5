import { createHash } from "node:crypto";
import { rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolder } from "../../inference/make-folder.ts";
import type { Experiment } from "../experiment/file.ts";
import { asResultsError, ResultsError } from "../results/atomic-file.ts";
import { removeEmptyFolders } from "../results/remove-empty-folders.ts";

/**
 * Keeps two processes from running the same experiment, with the same settings, into the same results folder at once: they
 * would write one journal. The lock is SQLite's on an empty file, that is, the operating system's: a process that is
 * killed holds it no longer, so there are no stale locks to recognise.
 */
export class RunLock {
  readonly #path: string;
  readonly #database: DatabaseSync;
  /** The uppermost folder that did not exist before. */
  readonly #madeFolder: string | undefined;

  private constructor(path: string, database: DatabaseSync, madeFolder: string | undefined) {
    this.#path = path;
    this.#database = database;
    this.#madeFolder = madeFolder;
  }

  /** Throws ResultsError when another process holds it, or the folder cannot be written. */
  static take(resultsFolder: string, { name, kind, seed, settings, combinations }: LockedRun): RunLock {
    const folder = join(resultsFolder, name, "unfinished");
    const key = createHash("sha256")
      .update(JSON.stringify({ kind, seed, settings, combinations }))
      .digest("hex")
      .slice(0, 16);
    const path = join(folder, `${key}.lock`);
    for (let attempt = 0; ; attempt++) {
      if (attempt === 100)
        throw new ResultsError(`${path}: no lock file can be kept there; choose another results folder`);
      let madeFolder: string | undefined;
      try {
        madeFolder = makeFolder(folder);
      } catch (error) {
        throw asResultsError(error, folder);
      }
      const database = lockFile(path);
      if (database !== "gone") return new RunLock(path, database, madeFolder);
    }
  }

  /** Where the holder may write its run before it has a name; what a killed one left there is the next one's to remove. */
  get draftFolder(): string {
    return this.#path.replace(/\.lock$/, ".run");
  }

  /** Leaves no lock, and no folder that was made for it and stayed empty. */
  release(): void {
    rmSync(this.#path, { force: true }); // while it is still held: whoever opens the file later makes a new one
    this.#database.close();
    removeEmptyFolders(dirname(this.#path), this.#madeFolder);
  }
}

/** `gone`: its former holder removed the file between our opening and our locking it. */
function lockFile(path: string): DatabaseSync | "gone" {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    if (statSync(dirname(path), { throwIfNoEntry: false }) === undefined) return "gone";
    throw new ResultsError(`${path}: cannot be written (${(error as Error).message}); choose another results folder`, {
      cause: error,
    });
  }
  const opened = statSync(path, { throwIfNoEntry: false })?.ino;
  try {
    database.exec("pragma journal_mode = memory; begin exclusive");
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy)
      throw new ResultsError(
        `${path}: another process is running this very experiment into this folder; wait for it, or choose another --out`,
      );
    throw new ResultsError(`${path}: cannot be locked (${(error as Error).message}); choose another results folder`, {
      cause: error,
    });
  }
  if (opened !== undefined && statSync(path, { throwIfNoEntry: false })?.ino === opened) return database;
  database.close();
  return "gone";
}

const sqliteBusy = 5;

type LockedRun = Pick<Experiment, "name" | "kind" | "seed" | "settings" | "combinations">;
