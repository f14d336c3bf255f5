import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addLedgers, decode, generation, type Ledger, noWork, prefill } from "../../src/actors/ledger.ts";

const ledgers = fc
  .array(
    fc.record({
      modelRoot: fc.constantFrom("aa", "bb", "cc"),
      prefillTokens: fc.nat(1e6),
      decodeTokens: fc.nat(1e6),
    }),
    { maxLength: 4 },
  )
  .map((entries): Ledger => addLedgers(entries));

describe("a ledger of model work", () => {
  test("a completion of 150 tokens: the prompt in one go, then 149 steps", () => {
    expect(generation("aa", 30, 150)).toEqual([{ modelRoot: "aa", prefillTokens: 30, decodeTokens: 149 }]);
  });

  test("a single token costs the prefill alone", () => {
    expect(generation("aa", 30, 1)).toEqual(prefill("aa", 30));
  });

  test("work on two models stays apart, in order of their roots", () => {
    expect(addLedgers(decode("bb", 7), prefill("aa", 3), decode("bb", 1))).toEqual([
      { modelRoot: "aa", prefillTokens: 3, decodeTokens: 0 },
      { modelRoot: "bb", prefillTokens: 0, decodeTokens: 8 },
    ]);
  });

  test("adding is commutative, associative, and nothing changes nothing", () => {
    fc.assert(
      fc.property(ledgers, ledgers, ledgers, (a, b, c) => {
        expect(addLedgers(a, b)).toEqual(addLedgers(b, a));
        expect(addLedgers(addLedgers(a, b), c)).toEqual(addLedgers(a, addLedgers(b, c)));
        expect(addLedgers(a, noWork)).toEqual(a);
      }),
    );
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 60])("%s tokens are refused", (tokens) => {
    expect(() => prefill("aa", tokens)).toThrow(/ledger of model aa: .* expected a whole number/);
  });
});
