import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { vectorFiles } from "../../scripts/vector-cases/files.ts";

const folder = "test/vectors";

describe("the generator of golden vectors", () => {
  test("writes exactly what lies in test/vectors, byte for byte (else: npm run vectors)", () => {
    const rendered = vectorFiles();
    const onDisk = globSync("*/*.json", { cwd: folder }).map((path) => path.replaceAll("\\", "/"));
    expect(onDisk.sort()).toEqual(rendered.map(({ path }) => path).sort());
    for (const { path, text } of rendered) expect(text === readFileSync(join(folder, path), "utf8"), path).toBe(true);
  });
});
