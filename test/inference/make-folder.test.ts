import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeFolder } from "../../src/inference/make-folder.ts";

const root = mkdtempSync(join(tmpdir(), "camelid-folder-"));
afterAll(() => rmSync(root, { recursive: true }));

test("makes what is missing and names the topmost folder made", () => {
  expect(makeFolder(join(root, "a/b/c"))).toBe(join(root, "a"));
  expect(existsSync(join(root, "a/b/c"))).toBe(true);
  expect(makeFolder(join(root, "a/b/c"))).toBeUndefined();
});

test("refuses where a file stands in the way, and where the system makes no folders", () => {
  writeFileSync(join(root, "file"), "");
  expect(() => makeFolder(join(root, "file"))).toThrow(/EEXIST/);
  expect(() => makeFolder(join(root, "file/below"))).toThrow(/ENOTDIR/);
  if (process.platform === "linux") expect(() => makeFolder("/proc/nowhere/below")).toThrow(/ENOENT/);
});
