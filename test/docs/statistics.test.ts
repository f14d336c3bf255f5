import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const page = readFileSync("docs/statistics.md", "utf8");
const rows = [...page.matchAll(/^\| \[([a-z-]+\.ts)\]\(\.\.\/src\/statistics\/([a-z-]+\.ts)\) *\|(.+)\|$/gm)];
const files = readdirSync("src/statistics").filter((file) => file.endsWith(".ts"));

describe("docs/statistics.md", () => {
  test("lists every file of src/statistics once, linked to itself, and no other", () => {
    expect(rows.map(([, name]) => name).sort()).toEqual(files.sort());
    expect(rows.filter(([, name, target]) => name !== target)).toEqual([]);
  });

  test("says of each what it gives, where it comes from and what it was tested against", () => {
    for (const [, name, , cells] of rows) {
      const filled = cells!.split("|").map((cell) => cell.trim());
      expect([name, filled.length, filled.every((cell) => cell !== "")]).toEqual([name, 3, true]);
    }
  });

  test("names a source only where the code names one, too", () => {
    const sourced = rows.filter(([, , , cells]) => !/^ *- *$/.test(cells!.split("|")[1]!)).map(([, name]) => name!);
    expect(sourced.length).toBeGreaterThan(15);
    const unsourced = sourced.filter(
      (name) =>
        !/Source|\(\d{4}\)|DLMF|Hyndman|bootstrap|bisection/i.test(readFileSync(`src/statistics/${name}`, "utf8")),
    );
    expect(unsourced).toEqual([]);
  });

  test("every function has a test that imports it", () => {
    const tests = readdirSync("test/statistics").map((file) => readFileSync(`test/statistics/${file}`, "utf8"));
    const helpers = ["counts.ts", "interval.ts", "quantile.ts"]; // reached through their callers
    const untested = files.filter(
      (file) => !helpers.includes(file) && !tests.some((text) => text.includes(`src/statistics/${file}`)),
    );
    expect(untested).toEqual([]);
  });

  test("links to files that exist", () => {
    const targets = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => `docs/${target}`);
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  });
});
