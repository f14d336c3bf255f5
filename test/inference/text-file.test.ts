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

test("a byte order mark and Windows' line ends are dropped; a carriage return of its own stays", () => {
  writeFileSync(join(root, "windows"), "\ufeffOnce\r\nupon\r\n\r\na\rtime");
  expect(readTextFile(join(root, "windows"))).toBe("Once\nupon\n\na\rtime");
});

test.each([
  ["Latin-1", Buffer.from("Once\nder B\xe4r\n", "latin1"), "line 2 has the byte 0xe4 at 6"],
  ["a lone continuation", Buffer.from([0x80]), "line 1 has the byte 0x80 at 1"],
  ["a character cut off at the end", Buffer.from([0x61, 0x0a, 0xe2, 0x82]), "line 2 has the byte 0xe2 at 1"],
  ["a character cut off by a line end", Buffer.from([0xe2, 0x82, 0x0a]), "line 1 has the byte 0xe2 at 1"],
  ["a surrogate", Buffer.from([0x61, 0xed, 0xa0, 0x80]), "line 1 has the byte 0xed at 2"],
  [
    "one behind many good ones",
    Buffer.concat([Buffer.from("äöü€😀\n".repeat(1000)), Buffer.from([0xff])]),
    "line 1001 has the byte 0xff at 1",
  ],
  ["UTF-16", Buffer.from("\ufeffOnce", "utf16le"), "line 1 begins as UTF-16 does"],
])("%s is refused with its place", (_, bytes, expected) => {
  writeFileSync(join(root, "other"), bytes);
  expect(() => readTextFile(join(root, "other"))).toThrow(`not UTF-8 text: ${expected}`);
});

test("every size of UTF-8 is read as it is", () => {
  const text = "aä€😀".repeat(50);
  writeFileSync(join(root, "utf8"), text);
  expect(readTextFile(join(root, "utf8"))).toBe(text);
});
