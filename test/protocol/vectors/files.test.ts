import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parameters } from "../../../src/protocol/parameters.ts";
import { checkVectors, type VectorFile } from "../../../src/protocol/vectors/check.ts";
import { vectorRules } from "../../../src/protocol/vectors/rules.ts";

const folder = "test/vectors";
const onDisk = globSync("*/*.json", { cwd: folder }).sort();
const read = (path: string): string => readFileSync(join(folder, path), "utf8");

describe("the golden vectors on disk", () => {
  test.each(onDisk)("%s: every case passes", (path) => {
    const checked = checkVectors(read(path));
    const failed = checked.ok ? checked.value.filter(({ passed }) => !passed) : [checked.rejection];
    expect(failed).toEqual([]);
  });

  test.each(onDisk)("%s: every rejection says in one line what is wrong", (path) => {
    const file: VectorFile = JSON.parse(read(path));
    const rule = vectorRules.get(file.rule)!;
    const context = { revision: file.revision, parameters: parameters(file.preset) };
    for (const { name, pre, operation, code } of file.cases) {
      if (code === undefined) continue;
      const result = rule.apply(context, pre, operation);
      expect(result.ok ? "" : result.rejection.message, name).toMatch(/^\S+ .*\S$/);
    }
  });

  test("cover every rule, by at least 150 cases", () => {
    const files = onDisk.map((path) => JSON.parse(read(path)));
    expect([...vectorRules.keys()].filter((rule) => !files.some((file) => file.rule === rule))).toEqual([]);
    expect(files.flatMap((file) => file.cases).length).toBeGreaterThanOrEqual(150);
  });
});
