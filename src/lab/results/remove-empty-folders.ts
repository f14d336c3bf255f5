import { rmdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Removes a folder that is empty, and then those above it that have become so, up to one that did not exist before.
 *
 * @param madeFolder the uppermost one that was made, as makeFolder returns it; where none was, only the folder itself may go
 */
export function removeEmptyFolders(folder: string, madeFolder: string | undefined): void {
  let next = resolve(folder);
  while (removedEmpty(next) && madeFolder !== undefined && next.length > madeFolder.length) next = dirname(next);
}

function removedEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false; // something else is in it
  }
}
