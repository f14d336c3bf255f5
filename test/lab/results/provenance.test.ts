import { execFileSync } from "node:child_process";
import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeSoftware } from "../../../src/lab/results/provenance.ts";
import { scratchFolder } from "../../support/scratch.ts";

const root = scratchFolder();

/** Nobody's settings but our own. */
function git(...command: string[]): string {
  const identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", ["-C", root, ...identity, ...command], { encoding: "utf8" }).trim();
}

test("a checkout is described and nothing in it is written, not even git's index", () => {
  git("init", "--quiet");
  writeFileSync(join(root, "package.json"), '{"version":"1.2.3"}');
  git("add", ".");
  git("commit", "--quiet", "--message", "first");
  // The index knows another time of this file: a plain `git status` would write it anew, with a lock beside it.
  utimesSync(join(root, "package.json"), 1, 1);
  const index = readFileSync(join(root, ".git", "index"));
  expect(describeSoftware(root)).toMatchObject({ camelid: "1.2.3", commit: git("rev-parse", "HEAD"), dirty: false });
  expect(readFileSync(join(root, ".git", "index")).equals(index)).toBe(true);
  writeFileSync(join(root, "package.json"), '{"version":"1.2.4"}');
  expect(describeSoftware(root).dirty).toBe(true);
});
