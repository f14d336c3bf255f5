import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { LabError } from "../errors.ts";

/** Thrown when results cannot be written; one line that names the place and what to do. */
export class ResultsError extends LabError {
  constructor(message: string, options?: ErrorOptions) {
    super("cannot-write-results", "run", message, options);
  }
}

/**
 * Writes a file so that under its name there is always the old content or the new, never a part: into a temporary file beside it,
 * flushed to the disk, then renamed.
 */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.tmp-${process.pid}`;
  let file: number;
  try {
    // A rename would put a file in the place of a device or a pipe.
    if (existsSync(path) && !statSync(path).isFile())
      throw new ResultsError(`${path}: cannot be written: it exists and is no regular file; choose another name`);
    file = openSync(temporary, "w");
  } catch (error) {
    throw error instanceof ResultsError ? error : asResultsError(error, path);
  }
  try {
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw asResultsError(error, path);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space or choose another results folder",
  EDQUOT: "the disk quota is used up; free some space or choose another results folder",
  EROFS: "the file system is read-only; choose another results folder",
  EACCES: "not allowed to write there; change its permissions or choose another results folder",
  EPERM: "not allowed to write there; change its permissions or choose another results folder",
  ENOTDIR: "something on the way there is a file, not a folder; move it or choose another results folder",
  EEXIST: "there is a file of that name; move it or choose another results folder",
  ENOENT: "its folder is gone; was it removed while the experiment ran?",
};

export function asResultsError(error: unknown, path: string): ResultsError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new ResultsError(`${path}: cannot be written: ${REASONS[code ?? ""] ?? message}`, { cause: error });
}
