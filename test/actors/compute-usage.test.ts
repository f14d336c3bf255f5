import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addUsage, type ComputeUsage, decode, generation, noUsage, prefill } from "../../src/actors/compute-usage.ts";

const usages = fc
  .array(
    fc.record({
      modelRoot: fc.constantFrom("aa", "bb", "cc"),
      prefillTokens: fc.nat(1e6),
      decodeTokens: fc.nat(1e6),
    }),
    { maxLength: 4 },
  )
  .map((entries): ComputeUsage => addUsage(entries));

describe("the compute usage of model work", () => {
  test("a completion of 150 tokens: the prompt in one go, then 149 steps", () => {
    expect(generation("aa", 30, 150)).toEqual([{ modelRoot: "aa", prefillTokens: 30, decodeTokens: 149 }]);
  });

  test("a single token costs the prefill alone", () => {
    expect(generation("aa", 30, 1)).toEqual(prefill("aa", 30));
  });

  test("work on two models stays apart, in order of their roots", () => {
    expect(addUsage(decode("bb", 7), prefill("aa", 3), decode("bb", 1))).toEqual([
      { modelRoot: "aa", prefillTokens: 3, decodeTokens: 0 },
      { modelRoot: "bb", prefillTokens: 0, decodeTokens: 8 },
    ]);
  });

  test("adding is commutative, associative, and nothing changes nothing", () => {
    fc.assert(
      fc.property(usages, usages, usages, (a, b, c) => {
        expect(addUsage(a, b)).toEqual(addUsage(b, a));
        expect(addUsage(addUsage(a, b), c)).toEqual(addUsage(a, addUsage(b, c)));
        expect(addUsage(a, noUsage)).toEqual(a);
      }),
    );
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 60])("%s tokens are refused", (tokens) => {
    expect(() => prefill("aa", tokens)).toThrow(/compute usage of model aa: .* expected a whole number/);
  });
});
