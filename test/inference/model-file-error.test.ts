import { expect, test } from "vitest";
import { fromSystemError, ModelFileError, printable } from "../../src/inference/model-file-error.ts";

const systemError = (code: string) => Object.assign(new Error(`${code}: made up`), { code });

test.each([
  ["ENOENT", "read", "not-found"],
  ["EACCES", "read", "unreadable"],
  ["EACCES", "write", "unwritable"],
  ["ENOENT", "write", "unwritable"],
  ["EISDIR", "read", "not-a-file"],
  ["ENOSPC", "write", "no-space"],
  ["EIO", "read", "unreadable"],
] as const)("%s on %s becomes %s, and names the file", (system, doing, code) => {
  const error = fromSystemError(systemError(system), "some.gguf", doing);
  expect(error).toBeInstanceOf(ModelFileError);
  expect((error as ModelFileError).code).toBe(code);
  expect((error as ModelFileError).message).toMatch(/^some\.gguf: /);
});

test("an error of another kind stays what it is", () => {
  const bug = new TypeError("a bug");
  expect(fromSystemError(bug, "some.gguf", "read")).toBe(bug);
  const known = new ModelFileError({ code: "changed", path: "a", problem: "b", remedy: "c" });
  expect(fromSystemError(known, "some.gguf", "read")).toBe(known);
});

test("text from a file cannot steer the terminal or fill it", () => {
  expect(printable("a\u001b[31mred\nline\u2028\u202e")).toBe("a?[31mred?line??");
  expect(printable("x".repeat(100), 10)).toBe(`${"x".repeat(9)}…`);
});
