import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { vectorFiles } from "../../../scripts/vector-cases/files.ts";
import { checkVectors } from "../../../src/protocol/vectors/check.ts";
import { vectorRules } from "../../../src/protocol/vectors/rules.ts";

const folder = "test/vectors";
const onDisk = globSync("*/*.json", { cwd: folder }).sort();
const read = (path: string): string => readFileSync(join(folder, path), "utf8");

describe("the golden vectors on disk", () => {
  test("are what the generator writes, byte for byte (else: npm run vectors)", () => {
    const rendered = vectorFiles();
    expect(onDisk).toEqual(rendered.map(({ path }) => path).sort());
    for (const { path, text } of rendered) expect(text === read(path), path).toBe(true);
  });

  test.each(onDisk)("%s: every case passes", (path) => {
    const checked = checkVectors(read(path));
    const failed = checked.ok ? checked.value.filter(({ passed }) => !passed) : [checked.refusal];
    expect(failed).toEqual([]);
  });

  test("cover every rule, by at least 150 cases", () => {
    const files = onDisk.map((path) => JSON.parse(read(path)));
    expect([...vectorRules.keys()].filter((rule) => !files.some((file) => file.rule === rule))).toEqual([]);
    expect(files.flatMap((file) => file.cases).length).toBeGreaterThanOrEqual(150);
  });
});
