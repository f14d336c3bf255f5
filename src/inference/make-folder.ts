import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it, one by one: Node's own recursive mkdir never returns where the system answers ENOENT
 * to every new folder (under /proc, Node 24.21). Returns the topmost folder made; undefined when all were there.
 */
export function makeFolder(path: string): string | undefined {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  for (const folder of missing.toReversed())
    try {
      mkdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // another process was quicker
    }
  if (missing.length === 0) mkdirSync(path, { recursive: true }); // says so if it is a file
  return missing.at(-1);
}
