import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { experimentRegistry } from "../../../experiments/index.ts";
import { experimentFileSchema } from "../../../src/lab/experiment/schema.ts";

const committed = JSON.parse(readFileSync("experiments/schema.json", "utf8"));

/** What the schema says of files of one kind, as its condition on the kind refers to it. */
function schemaOfKind(kind: string) {
  const rule = committed.allOf.find(
    (one: { if: { properties: { kind: { const: string } } } }) => one.if.properties.kind.const === kind,
  );
  const name = rule.then.$ref.replace("#/definitions/", "");
  return z.fromJSONSchema(committed.definitions[name]);
}

test("experiments/schema.json is what the experimentRegistry' settings say; after a change of them: npm run schema", () => {
  expect(committed).toEqual(JSON.parse(JSON.stringify(experimentFileSchema(experimentRegistry))));
  expect(committed.properties.kind.enum).toEqual(Object.keys(experimentRegistry).sort());
});

const files = globSync("experiments/*/*.yaml").map((path) => ({ path, content: parse(readFileSync(path, "utf8")) }));

describe.each(files)("$path", ({ path, content }) => {
  const schema = schemaOfKind(content.kind);

  test("is valid under it", () => {
    expect(schema.safeParse(content).error?.issues ?? []).toEqual([]);
  });

  test.each([
    ["an unknown key", { nobodyKnowsThis: 1 }],
    ["an unknown key in a preset", { presets: { quick: { nobodyKnowsThis: 1 } } }],
    ["no question", { question: undefined }],
    ["a seed that is none", { seed: [1] }],
    ["factors that are none", { factors: { seed: 1 } }],
  ])(`is not with %s`, (_, change) => {
    expect([basename(path), schema.safeParse({ ...content, ...change }).success]).toEqual([basename(path), false]);
  });

  test("is with factors, in a preset too", () => {
    const factors = { a: [1, "x"], b: { from: 1, to: 2, step: 0.5 } };
    const varied = { ...content, factors, combine: "paired", presets: { quick: { factors } } };
    expect(schema.safeParse(varied).error?.issues ?? []).toEqual([]);
  });
});
