import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { figure1Forms } from "../../experiments/figure-1/settings.ts";
import { experimentRegistry } from "../../experiments/index.ts";
import { toCsv } from "../../src/lab/results/table.ts";
import { parameterTable } from "../../src/protocol/parameters.ts";

const index = "docs/experiments.md";
const pageOf = (folder: string) => `experiments/${folder}/README.md`;
/** What several experiments have in common is told once, in a folder that they share; their own page links there. */
const sharedFolders = ["shared", "attack", "economics"];

function linksOf(page: string): string[] {
  const targets = [...readFileSync(page, "utf8").matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
  return targets.filter((target) => !/^https?:/.test(target)).map((target) => join(dirname(page), target));
}

/** The words in code of an experiment's page, and of the shared pages that it or they link to. */
function wordsOn(page: string, seen = new Set<string>()): Set<string> {
  seen.add(page);
  const shared = sharedFolders.map(pageOf).filter((other) => !seen.has(other) && linksOf(page).includes(other));
  const own = [...readFileSync(page, "utf8").matchAll(/`([^`\n]+)`/g)].map(([, word]) => word!);
  return new Set([...own, ...shared.flatMap((other) => [...wordsOn(other, seen)])]);
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

function keysOf(node: JsonSchema): string[] {
  const { properties = {}, items, additionalProperties, anyOf = [], oneOf = [], prefixItems = [] } = node;
  const inner = [items, additionalProperties, ...anyOf, ...oneOf, ...prefixItems, ...Object.values(properties)];
  return [
    ...Object.keys(properties),
    ...inner.flatMap((part) => (typeof part === "object" ? keysOf(part as JsonSchema) : [])),
  ];
}

/** Columns named after a scheme are told once for all schemes. */
const generalName = (column: string) => column.replace(/^(P|score)\(.*\)$/, "$1(SCHEME)");

const kinds = Object.values(experimentRegistry);

describe.each(kinds.map((kind) => [kind.name, kind] as const))("experiments/%s/README.md", (name, kind) => {
  const words = wordsOn(pageOf(name));

  test("names every setting", () => {
    const keys = keysOf(z.toJSONSchema(kind.settings, { io: "input", unrepresentable: "any" }));
    expect(keys.length).toBeGreaterThan(10);
    // The protocol's numbers have a page of their own.
    expect([...new Set(keys)].filter((key) => !words.has(key) && !(key in parameterTable))).toEqual([]);
  });

  test("names every file of a run and every column in it", () => {
    const { before } = kind.sample();
    const tables = [before, ...kind.reportOf(toCsv(before), "1").tables];
    const columns = new Set(tables.flatMap((table) => table.columns.map((column) => generalName(column.name))));
    expect(columns.size).toBeGreaterThan(5);
    expect([...columns].filter((column) => !words.has(column))).toEqual([]);
    expect(tables.map(({ file }) => file).filter((file) => !words.has(file))).toEqual([]);
  });

  test("names every figure", () => {
    expect(kind.figures.filter((figure) => !words.has(figure))).toEqual([]);
  });

  test("is found from the index", () => {
    expect(linksOf(index)).toContain(pageOf(name));
  });
});

test("experiments/figure-1/README.md explains every form", () => {
  const explained = [...readFileSync(pageOf("figure-1"), "utf8").matchAll(/^\| `([a-z-]+)` +\|/gm)];
  expect(figure1Forms.filter((form) => !explained.some(([, word]) => word === form))).toEqual([]);
});

test.each(["README.md", "CONTRIBUTING.md", ...globSync("{docs,experiments/*}/*.md")])(
  "%s links to files that exist",
  (page) => {
    expect(linksOf(page).filter((target) => !existsSync(target))).toEqual([]);
  },
);
