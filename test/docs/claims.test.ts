import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { publishedClaims } from "../../src/lab/claims/texts.ts";

const page = readFileSync("docs/claims.md", "utf8");
const rows = new Map(
  [...page.matchAll(/^\| (C\d+) *\|(.*)\|$/gm)].map(([, claim, cells]) => [
    claim!,
    cells!.split("|").map((cell) => cell.trim()),
  ]),
);

describe("docs/claims.md", () => {
  test("has every published claim in the same words, with its source, and no other", () => {
    const told = [...rows].map(([claim, [text, source]]) => [claim, { text, source }]);
    expect(Object.fromEntries(told)).toEqual(publishedClaims);
  });

  test("says for each claim which experiment files test it, as these files do", () => {
    const tested = Object.keys(publishedClaims).map((claim) => {
      const named = [...rows.get(claim)![2]!.matchAll(/\.\.\/experiments\/[a-z0-9-]+\/([a-z0-9-]+\.yaml)/g)];
      return [claim, named.map(([, file]) => file!).sort()];
    });
    const files = globSync("experiments/*/*.yaml").map((path) => ({
      name: path.replaceAll("\\", "/").split("/").at(-1)!,
      claims: parse(readFileSync(path, "utf8")).claims as string[],
    }));
    const own = Object.keys(publishedClaims).map((claim) => [
      claim,
      files.flatMap(({ name, claims }) => (claims.includes(claim) ? [name] : [])).sort(),
    ]);
    expect(Object.fromEntries(tested)).toEqual(Object.fromEntries(own));
  });

  test("links to files that exist", () => {
    const targets = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => `docs/${target}`);
    expect(targets.length).toBeGreaterThan(5);
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  });
});
