/** What is wrong with a model file, as a code that programs compare. */
export type ModelFileErrorCode =
  | "not-found"
  | "not-a-file"
  | "unreadable"
  | "not-gguf"
  | "unsupported"
  | "malformed"
  | "truncated"
  | "changed"
  | "not-as-listed"
  | "other-vocabulary"
  | "exists"
  | "unwritable"
  | "no-space"
  | "interrupted"
  | "bad-shape"
  | "bad-manifest";

export interface ModelFileProblem {
  readonly code: ModelFileErrorCode;
  /** The file as the caller named it. */
  readonly path: string;
  /** Where: a byte offset ("byte 24"), a metadata key, a tensor, an argument. */
  readonly place?: string;
  /** What was found and what was expected. */
  readonly problem: string;
  /** What the user can do about it. */
  readonly remedy: string;
}

/** A model file that cannot be read, written or believed. Its message is one line: file, place, problem, remedy. */
export class ModelFileError extends Error {
  readonly code: ModelFileErrorCode;
  /** A mistake of the user, about what all cells of a run share. */
  readonly scope = "run";
  readonly path: string;
  readonly place: string | undefined;

  constructor({ code, path, place, problem, remedy }: ModelFileProblem) {
    super(`${path}: ${place === undefined ? "" : `${place}: `}${problem}; ${remedy}`);
    this.name = "ModelFileError";
    this.code = code;
    this.path = path;
    this.place = place;
  }
}

/** The ModelFileError that stands for a system call that failed on `path` while reading or writing; other errors come back as they are. */
export function fromSystemError(error: unknown, path: string, doing: "read" | "write"): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const refused = doing === "read" ? "unreadable" : "unwritable";
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return doing === "read"
        ? new ModelFileError({ code: "not-found", path, problem: "no such file", remedy: "check the path" })
        : new ModelFileError({
            code: refused,
            path,
            problem: "its folder does not exist",
            remedy: "create the folder",
          });
    case "EISDIR":
      return notAFile(path, "a directory");
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new ModelFileError({
        code: "no-space",
        path,
        problem: `no room left (${code})`,
        remedy: "free some space",
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new ModelFileError({
        code: refused,
        path,
        problem: `access refused (${code})`,
        remedy: "check the permissions",
      });
    case "EIO":
    case "EMFILE":
    case "ENAMETOOLONG":
    case "ELOOP":
    case "EBUSY":
      return new ModelFileError({ code: refused, path, problem: message, remedy: "check the path and the disk" });
    default:
      return error;
  }
}

/** The error for something that is there but is no regular file. */
export function notAFile(path: string, what: string): ModelFileError {
  return new ModelFileError({
    code: "not-a-file",
    path,
    problem: `expected a GGUF file, found ${what}`,
    remedy: "name the .gguf file itself",
  });
}

/** Text out of a file, fit for one line of a terminal: cut to `limit` characters, control characters as "?". */
export function printable(text: string, limit = 80): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
