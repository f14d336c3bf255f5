import { expect, test } from "vitest";
import { matchesPattern } from "../../../src/lab/runner/only.ts";

test.each([
  ["mixed", "honest, run 0", false],
  ["MIXED", "mixed, run 0", true],
  ["mixed*run 1", "mixed, redundant, run 12", true],
  ["run*mixed", "mixed, run 0", false],
  ["aa*aa", "aaa", false],
  ["a.c", "abc", false],
  ["***", "anything", true],
])("%s finds %s: %s", (pattern, cell, expected) => expect(matchesPattern(pattern)(cell)).toBe(expected));

test("many stars answer at once, also where nothing matches", () => {
  const matches = matchesPattern(`${"*a".repeat(5000)}*zzz`);
  expect(matches("a".repeat(20_000))).toBe(false);
  expect(matches(`${"a".repeat(20_000)}zzz`)).toBe(true);
});
