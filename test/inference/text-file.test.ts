import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readTextFile } from "../../src/inference/text-file.ts";

const root = mkdtempSync(join(tmpdir(), "camelid-text-"));
afterAll(() => rmSync(root, { recursive: true }));

test("reads a file; refuses what may never end", () => {
  writeFileSync(join(root, "text"), "tale");
  expect(readTextFile(join(root, "text"))).toBe("tale");
  expect(() => readTextFile(root)).toThrow("not a regular file");
  expect(() => readTextFile("/dev/null")).toThrow("not a regular file");
  expect(() => readTextFile(join(root, "none"))).toThrow(/ENOENT/);
});
