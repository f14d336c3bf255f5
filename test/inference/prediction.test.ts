import fc from "fast-check";
import { expect, test } from "vitest";
import { rowProblem } from "../../src/inference/prediction.ts";

test.each([
  ["a number that is none", [1, Number.NaN, 3], "the logit of token 1 is not a number"],
  ["infinity", [1, 2, Number.POSITIVE_INFINITY], "the logit of token 2 is infinite"],
  [
    "nothing that could come",
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    "every token's logit is minus infinity",
  ],
  ["all alike", [0.5, 0.5, 0.5], "every token's logit is 0.5"],
])("a row of logits with %s predicts nothing", (_, logits, problem) => {
  expect(rowProblem(Float32Array.from(logits))).toBe(problem);
});

test("a row in which some tokens are ruled out predicts, and so does every row of different finite numbers", () => {
  expect(rowProblem(Float32Array.of(Number.NEGATIVE_INFINITY, 2, 1))).toBe(null);
  const logit = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.uniqueArray(logit, { minLength: 2, maxLength: 50, comparator: "SameValueZero" }), (logits) => {
      expect(rowProblem(Float32Array.from(logits))).toBe(null);
    }),
  );
});
