import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { asResultsError, ResultsError, writeFileAtomically } from "../../../src/lab/results/atomic-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "camelid-atomic-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("writing a file atomically", () => {
  test("replaces the content and leaves nothing else behind", () => {
    const path = join(folder, "a.csv");
    writeFileAtomically(path, "one");
    writeFileAtomically(path, new TextEncoder().encode("two"));
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(readdirSync(folder)).toEqual(["a.csv"]);
  });

  test("a writer killed in the middle leaves the old content, whole", () => {
    const path = join(folder, "a.csv");
    writeFileAtomically(path, "old");
    // The process dies between writing and renaming: its own rename is replaced by a kill.
    const script = `
      import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
      fs.renameSync = () => process.kill(process.pid, "SIGKILL"); syncBuiltinESMExports();
      const { writeFileAtomically } = await import(${JSON.stringify(new URL("../../../src/lab/results/atomic-file.ts", import.meta.url).href)});
      writeFileAtomically(${JSON.stringify(path)}, "new, and longer");`;
    const { signal } = spawnSync(process.execPath, ["--input-type=module", "-e", script]);
    expect(signal).toBe("SIGKILL");
    expect(readFileSync(path, "utf8")).toBe("old");
    writeFileAtomically(path, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
  });

  test.skipIf(!existsSync("/dev/full"))(
    "a full disk gives one line that names the file, and leaves the old content",
    () => {
      const path = join(folder, "rows.csv");
      writeFileAtomically(path, "kept");
      // The temporary file stands on a device that is always full.
      symlinkSync("/dev/full", `${path}.tmp-${process.pid}`);
      expect(() => writeFileAtomically(path, "new")).toThrow(
        `${path}: cannot be written: the disk is full; free some space or choose another results folder`,
      );
      expect(readdirSync(folder)).toEqual(["rows.csv"]);
      expect(readFileSync(path, "utf8")).toBe("kept");
    },
  );

  test("a file in place of the folder, and a folder that is gone, are told apart", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => writeFileAtomically(join(folder, "file", "a"), "")).toThrow("something on the way there is a file");
    expect(() => writeFileAtomically(join(folder, "gone", "a"), "")).toThrow("its folder is gone");
  });

  test.each(["ENOSPC", "EROFS", "EACCES", "EDQUOT"])("%s is put in words on one line", (code) => {
    const error = asResultsError(Object.assign(new Error("x"), { code }), "results/a");
    expect(error).toBeInstanceOf(ResultsError);
    expect(error.message).toMatch(/^results\/a: cannot be written: .*another results folder$/);
  });
});
