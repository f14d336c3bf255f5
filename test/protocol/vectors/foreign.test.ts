import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/protocol/json.ts";
import { parameters } from "../../../src/protocol/parameters.ts";
import { checkVectors, type VectorFile } from "../../../src/protocol/vectors/check.ts";
import { vectorRules } from "../../../src/protocol/vectors/rules.ts";

const files = globSync("test/vectors/*/*.json").map((path): VectorFile => JSON.parse(readFileSync(path, "utf8")));
const odd: Json[] = [
  null,
  true,
  -1,
  0,
  0.5,
  2 ** 32,
  2 ** 53,
  1e300,
  "",
  "0",
  "zz",
  "00",
  "ff".repeat(32),
  [],
  {},
  [1],
  "🐪",
];

/** Every copy of `value` with one of its parts, at any depth, replaced by `part`. */
function* withOnePartReplaced(value: Json, part: Json): Generator<Json> {
  yield part;
  if (Array.isArray(value))
    for (let i = 0; i < value.length; i += 1)
      for (const inner of withOnePartReplaced(value[i]!, part)) yield value.toSpliced(i, 1, inner);
  else if (typeof value === "object" && value !== null)
    for (const [key, old] of Object.entries(value))
      for (const inner of withOnePartReplaced(old as Json, part)) yield { ...value, [key]: inner };
}

describe("a foreign vector file", () => {
  test.each([...vectorRules.values()].map((rule) => [rule.name, rule] as const))(
    "cannot crash %s: any part of any case may be anything",
    (name, rule) => {
      const of = files.filter((file) => file.rule === name);
      const sample = of.flatMap((file) =>
        file.cases.filter((_, i) => i % Math.ceil(file.cases.length / 4) === 0).map((one) => ({ file, one })),
      );
      let refused = 0;
      for (const { file, one } of sample) {
        const context = { revision: file.revision, parameters: parameters(file.preset) };
        for (const part of odd) {
          for (const pre of withOnePartReplaced(one.pre, part))
            refused += rule.apply(context, pre, one.operation).ok ? 0 : 1;
          for (const operation of withOnePartReplaced(one.operation, part))
            refused += rule.apply(context, one.pre, operation).ok ? 0 : 1;
        }
      }
      expect(refused).toBeGreaterThan(0);
    },
  );

  test("that is cut off anywhere is refused in one line", () => {
    const text = readFileSync("test/vectors/2023.1/token-hash.json", "utf8");
    for (let length = 0; length < text.length - 2; length += 37) {
      const checked = checkVectors(text.slice(0, length));
      expect(checked.ok).toBe(false);
      if (!checked.ok) expect(checked.rejection.message).not.toContain("\n");
    }
  });
});
