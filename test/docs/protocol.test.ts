import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { repairs } from "../../src/protocol/revisions.ts";
import type { VectorFile } from "../../src/protocol/vectors/check.ts";

const page = readFileSync("docs/protocol.md", "utf8");
const vectors = new Map(
  globSync("test/vectors/2026.1/*.json").map((path): [string, VectorFile] => [
    path.replaceAll("\\", "/").split("/").at(-1)!,
    JSON.parse(readFileSync(path, "utf8")),
  ]),
);

describe("docs/protocol.md", () => {
  test("links to files that exist", () => {
    const targets = [...page.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, target]) => `docs/${target}`);
    expect(targets.length).toBeGreaterThan(30);
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  });

  test("names vector files and cases that exist", () => {
    const named = [...page.matchAll(/`([a-z-]+\.json)`/g)].map(([, file]) => file!);
    expect(named.filter((file) => !vectors.has(file))).toEqual([]);
    const cases = new Set([...vectors.values()].flatMap((file) => file.cases.map(({ name }) => name)));
    const rows = page.split("\n").filter((line) => line.startsWith("| ") && line.includes('"'));
    const quoted = rows.flatMap((row) => [...row.matchAll(/"([^"]+)"/g)].map(([, name]) => name!));
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.filter((name) => !cases.has(name))).toEqual([]);
  });

  test("lists every repair of 2026.1, and no other", () => {
    const table = page.slice(page.indexOf("## What 2026.1 repairs"), page.indexOf("## Where the sources are silent"));
    const listed = [...table.matchAll(/^\| `(\w+)` *\|/gm)].map(([, rule]) => rule);
    expect(listed).toEqual(repairs.map(({ rule }) => rule));
  });
});
