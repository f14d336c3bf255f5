import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstDifference, type Json } from "../../src/protocol/json.ts";

describe("the first difference of two JSON values", () => {
  test.each<[Json, Json, string | null]>([
    [1, 1, null],
    [1, 2, "$"],
    [null, {}, "$"],
    [{}, null, "$"],
    [[], {}, "$"],
    [{ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, null],
    [{ a: [1, { c: 2 }] }, { a: [1, { c: 3 }] }, "$.a[1].c"],
    [[1, 2], [1], "$[1]"],
    [[1], [1, 2], "$[1]"],
    [{ a: 1 }, {}, "$.a"],
    [{}, { b: 1 }, "$.b"],
    [{ a: 1, b: 2 }, { a: 1, b: 3 }, "$.b"],
  ])("%j and %j: %s", (a, b, expected) => {
    expect(firstDifference(a, b)).toBe(expected);
  });

  test("is none between a value and its copy", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        expect(firstDifference(JSON.parse(text), JSON.parse(text))).toBeNull();
      }),
    );
  });
});
