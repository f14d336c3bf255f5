import { describe, expect, test } from "vitest";
import { parameters, parameterTable } from "../../src/protocol/parameters.ts";
import { type RuleSet, repairs, revisions, ruleSet } from "../../src/protocol/revisions.ts";

describe("revisions", () => {
  test("2026.1 differs from 2023.1 exactly where a repair says so", () => {
    const [before, after] = [ruleSet("2023.1"), ruleSet("2026.1")];
    const changed = (Object.keys(before) as (keyof RuleSet)[]).filter((rule) => before[rule] !== after[rule]);
    expect(new Set(changed)).toEqual(new Set(["revision", ...repairs.map(({ rule }) => rule)]));
  });

  test("every repair says what was, what is and why", () => {
    for (const { was, now, reason } of repairs) expect([was, now, reason].every((text) => text.length > 20)).toBe(true);
    expect(new Set(repairs.map(({ rule }) => rule)).size).toBe(repairs.length);
  });

  test("each names itself", () => {
    expect(revisions.map((revision) => ruleSet(revision).revision)).toEqual(revisions);
  });
});

describe("presets", () => {
  test("the ten minutes are ten minutes", () => {
    expect(parameters("full").blockDelayMs).toBe(10 * 60 * 1000);
  });

  test("every parameter has a whole value in both presets, and a source", () => {
    for (const [name, { full, minimal, source }] of Object.entries(parameterTable)) {
      expect(
        [full, minimal].every((value) => Number.isSafeInteger(value) && value > 0),
        name,
      ).toBe(true);
      expect(source, name).toMatch(/^(whitepaper|blog|prototype|our choice)/);
      expect(parameters("full")).toHaveProperty(name, full);
      expect(parameters("minimal")).toHaveProperty(name, minimal);
    }
  });
});
