import { readFileSync, statSync } from "node:fs";

const mostBytes = 256e6;

/**
 * A whole text file. Pipes and devices, which may never end, and files too large to be meant are refused with an error whose
 * `code` says so in words; otherwise the system's own errors.
 */
export function readTextFile(path: string): string {
  const found = statSync(path);
  const refusal = !found.isFile()
    ? "not a regular file"
    : found.size > mostBytes
      ? `larger than ${mostBytes / 1e6} MB`
      : null;
  if (refusal !== null) throw Object.assign(new Error(refusal), { code: refusal });
  return readFileSync(path, "utf8");
}
