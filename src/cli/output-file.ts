import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "./errors.ts";

/** Refuses, before any work is done, a path under which no file can be written. A device or pipe is one: it would be replaced. */
export function checkOutputFile(option: string, path: string): void {
  const refuse = (problem: string) => new UsageError(`--${option} ${path}: ${problem}`);
  if (path === "") throw refuse("expected the path of a file to write");
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw refuse("is a folder; name a file in it");
  if (found && !found.isFile()) throw refuse("is no regular file; name a file to write");
  const folder = dirname(resolve(path));
  const above = statSync(folder, { throwIfNoEntry: false });
  if (above === undefined) throw refuse("its folder does not exist; create it, or name another");
  if (!above.isDirectory()) throw refuse(`${folder} is no folder; name another place`);
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw refuse(`nothing can be written there (${(error as NodeJS.ErrnoException).code}); name another place`);
  }
}
