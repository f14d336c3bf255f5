import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClaimedOutput } from "../../../src/protocol/rastic/claimed-output.ts";
import { planRastic, type RasticPlan } from "../../../src/protocol/rastic/plan.ts";
import { type RasticVariant, rasticShape, rasticVariants } from "../../../src/protocol/rastic/variants.ts";

const end = 2;
/** A sequence whose tokens name their own place: input 100, 101, ...; output 100 + A, ...; ended claims close with `end`. */
function claim(
  inputCount: number,
  outputCount: number,
  { ended = true, limit = 1000, endTokens = [end] } = {},
): ClaimedOutput {
  const tokens = Array.from({ length: inputCount + outputCount }, (_, i) => 100 + i);
  if (ended && outputCount > 0) tokens[tokens.length - 1] = endTokens[0]!;
  return {
    inputTokens: tokens.slice(0, inputCount),
    outputTokens: tokens.slice(inputCount),
    endTokens,
    tokenLimit: limit,
  };
}

const randomness = (seed: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => (seed * 31 + i) & 255);

function plan(variant: RasticVariant, k: number, of: ClaimedOutput, seed = 1): RasticPlan {
  const planned = planRastic(variant, k, of, randomness(seed));
  if (!planned.ok) throw new Error(planned.rejection.message);
  return planned.value;
}

/** "continuity 4, truncation 8" and the integrity range, as the variant's table says. */
function shapeInWords(variant: RasticVariant, of: ClaimedOutput): string {
  const shaped = rasticShape(variant, of);
  if (!shaped.ok) return shaped.rejection.code;
  const { continuity, integrityRange, truncation, extraRandomCheck, violations } = shaped.value;
  const range =
    integrityRange.end > integrityRange.first ? `${integrityRange.first}..${integrityRange.end - 1}` : "none";
  return [
    `C ${continuity?.sequenceIndex ?? "none"}`,
    `I ${range}`,
    `T ${extraRandomCheck ? "extra" : (truncation?.sequenceIndex ?? "none")}`,
    ...violations.map(({ code }) => code),
  ].join(", ");
}

describe("the three variants, worked by hand", () => {
  test.each<[RasticVariant, string, ClaimedOutput, string]>([
    // A = 4 input tokens at 0..3, B = 5 output tokens at 4..8.
    ["whitepaper", "ended", claim(4, 5), "C 4, I 2..7, T 8"],
    ["blog", "ended", claim(4, 5), "C 4, I 4..8, T 8"],
    ["prototype", "ended", claim(4, 5), "C 4, I 5..7, T 8"],
    ["whitepaper", "limit", claim(4, 5, { ended: false, limit: 5 }), "C 4, I 2..7, T 8"],
    ["blog", "limit", claim(4, 5, { ended: false, limit: 5 }), "C 4, I 4..8, T extra"],
    ["prototype", "limit", claim(4, 5, { ended: false, limit: 5 }), "C 4, I 5..7, T none"],
    ["whitepaper", "end token at the limit", claim(4, 5, { limit: 5 }), "C 4, I 2..7, T 8"],
    ["blog", "end token at the limit", claim(4, 5, { limit: 5 }), "C 4, I 4..8, T extra"],
    ["prototype", "end token at the limit", claim(4, 5, { limit: 5 }), "C 4, I 5..7, T none"],
    ["whitepaper", "ended one below the limit", claim(4, 5, { limit: 6 }), "C 4, I 2..7, T 8"],
    ["blog", "ended one below the limit", claim(4, 5, { limit: 6 }), "C 4, I 4..8, T 8"],
    ["prototype", "ended one below the limit", claim(4, 5, { limit: 6 }), "C 4, I 5..7, T 8"],
    // One output token.
    ["whitepaper", "one token", claim(4, 1), "C 4, I 2..3, T 4"],
    ["blog", "one token", claim(4, 1), "C 4, I 4..4, T 4"],
    ["prototype", "one token", claim(4, 1), "C 4, I none, T 4"],
    ["whitepaper", "one token at limit 1", claim(4, 1, { ended: false, limit: 1 }), "C 4, I 2..3, T 4"],
    ["blog", "one token at limit 1", claim(4, 1, { ended: false, limit: 1 }), "C 4, I 4..4, T extra"],
    ["prototype", "one token at limit 1", claim(4, 1, { ended: false, limit: 1 }), "C 4, I none, T none"],
    // Two and three output tokens.
    ["whitepaper", "two tokens", claim(4, 2), "C 4, I 2..4, T 5"],
    ["blog", "two tokens", claim(4, 2), "C 4, I 4..5, T 5"],
    ["prototype", "two tokens", claim(4, 2), "C 4, I none, T 5"],
    ["prototype", "three tokens", claim(4, 3), "C 4, I 5..5, T 6"],
    // The shortest inputs: X starts at 2 whatever A is, so with A = 1 it skips the first output token.
    ["whitepaper", "A = 1, B = 1", claim(1, 1), "C 1, I none, T 1"],
    ["whitepaper", "A = 1, B = 2", claim(1, 2), "C 1, I none, T 2"],
    ["whitepaper", "A = 1, B = 3", claim(1, 3), "C 1, I 2..2, T 3"],
    ["whitepaper", "A = 2, B = 1", claim(2, 1), "C 2, I none, T 2"],
    ["whitepaper", "A = 3, B = 1", claim(3, 1), "C 3, I 2..2, T 3"],
    // No output at all: there is nothing to follow from the input, and it did not end.
    ["whitepaper", "nothing", claim(4, 0), "C none, I 2..2, T none, output-not-ended"],
    ["blog", "nothing", claim(4, 0), "C none, I none, T none, output-not-ended"],
    ["prototype", "nothing", claim(4, 0), "C none, I none, T none, output-not-ended"],
    // Cut off, too long, talking on after the end.
    ["whitepaper", "cut off", claim(4, 5, { ended: false, limit: 6 }), "C 4, I 2..7, T 8, output-not-ended"],
    ["blog", "cut off", claim(4, 5, { ended: false, limit: 6 }), "C 4, I 4..8, T 8, output-not-ended"],
    ["prototype", "cut off", claim(4, 5, { ended: false, limit: 6 }), "C 4, I 5..7, T 8, output-not-ended"],
    ["blog", "one over the limit", claim(4, 6, { ended: false, limit: 5 }), "C 4, I 4..9, T extra, output-over-limit"],
    ["prototype", "one over the limit", claim(4, 6, { limit: 5 }), "C 4, I 5..8, T none, output-over-limit"],
    [
      "whitepaper",
      "talks on after the end",
      { ...claim(4, 5), outputTokens: [104, end, 106, 107, end] },
      "C 4, I 2..7, T 8, tokens-after-end",
    ],
    [
      "prototype",
      "ends at once and talks on",
      { ...claim(4, 5), outputTokens: [end, 105, 106, 107, end] },
      "C 4, I 5..7, T 8, tokens-after-end",
    ],
    [
      "blog",
      "talks on after the end, up to the limit",
      { ...claim(4, 5, { limit: 5 }), outputTokens: [104, 105, 106, end, 108] },
      "C 4, I 4..8, T extra, tokens-after-end",
    ],
    [
      "blog",
      "second of two end tokens",
      { ...claim(4, 3, { endTokens: [end, 3] }), outputTokens: [104, 105, 3] },
      "C 4, I 4..6, T 6",
    ],
    [
      "blog",
      "a model without an end token stops only at the limit",
      claim(4, 5, { ended: false, limit: 5, endTokens: [] }),
      "C 4, I 4..8, T extra",
    ],
    [
      "blog",
      "and is cut off anywhere else",
      claim(4, 5, { ended: false, limit: 6, endTokens: [] }),
      "C 4, I 4..8, T 8, output-not-ended",
    ],
  ])("%s: %s", (variant, _, of, expected) => {
    expect(shapeInWords(variant, of)).toBe(expected);
  });
});

describe("a plan", () => {
  test("asks continuity, the drawn indices, truncation, each with the token claimed there", () => {
    const { checks, violations } = plan("blog", 2, claim(4, 5));
    expect(violations).toEqual([]);
    expect(checks.map(({ kind }) => kind)).toEqual(["continuity", "integrity", "integrity", "truncation"]);
    expect(checks[0]).toEqual({ kind: "continuity", sequenceIndex: 4, claimedToken: 104 });
    expect(checks[3]).toEqual({ kind: "truncation", sequenceIndex: 8, claimedToken: end });
    for (const { sequenceIndex, claimedToken } of checks.slice(1, 3))
      expect(claimedToken).toBe(sequenceIndex === 8 ? end : 100 + sequenceIndex);
  });

  test("of the whitepaper can ask the model to have predicted the client's own words", () => {
    const indices = new Set(
      Array.from({ length: 200 }, (_, seed) => plan("whitepaper", 1, claim(4, 5), seed).checks[1]!.sequenceIndex),
    );
    expect([...indices].sort()).toEqual([2, 3, 4, 5, 6, 7]);
    const inside = plan("whitepaper", 6, claim(4, 5)).checks.find(({ sequenceIndex }) => sequenceIndex === 3);
    expect(inside).toEqual({ kind: "integrity", sequenceIndex: 3, claimedToken: 103 });
  });

  test("at the limit, the blog draws one more index, different from the others, in truncation's place", () => {
    const limit = claim(4, 5, { ended: false, limit: 5 });
    const extras = Array.from({ length: 100 }, (_, seed) => plan("blog", 1, limit, seed).checks);
    for (const checks of extras) {
      expect(checks.map(({ kind }) => kind)).toEqual(["continuity", "integrity", "truncation"]);
      expect(checks[1]!.sequenceIndex).not.toBe(checks[2]!.sequenceIndex);
    }
    expect(new Set(extras.map((checks) => checks[2]!.sequenceIndex)).size).toBe(5);
  });

  test("checks the whole range when the budget exceeds it, and then the blog has nothing more to draw", () => {
    const limit = claim(4, 5, { ended: false, limit: 5 });
    const kinds = (k: number) =>
      plan("blog", k, limit)
        .checks.map(({ kind }) => kind[0])
        .join("");
    expect(kinds(4)).toBe("ciiiit");
    expect(kinds(5)).toBe("ciiiii");
    expect(kinds(9)).toBe("ciiiii");
  });

  test("of no budget keeps the fixed checks", () => {
    expect(plan("blog", 0, claim(4, 5)).checks.map(({ sequenceIndex }) => sequenceIndex)).toEqual([4, 8]);
  });

  test("asks no model when the claim is false on its face", () => {
    const { checks, violations } = plan("prototype", 3, claim(4, 5, { ended: false, limit: 6 }));
    expect(checks).toEqual([]);
    expect(violations).toEqual([
      {
        kind: "truncation",
        code: "output-not-ended",
        message: "5 of at most 6 tokens and no end token: the text was cut off",
      },
    ]);
  });

  test("lists every violation", () => {
    const of = { ...claim(4, 5, { limit: 4 }), outputTokens: [104, end, 106, 107, 108] };
    expect(plan("blog", 1, of).violations.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      "tokens-after-end: output[1] is an end token, yet 5 tokens are claimed",
      "output-over-limit: 5 tokens, 4 were asked for",
    ]);
  });

  const variants = fc.constantFrom(...rasticVariants);
  test("keeps its indices distinct and inside the legal range, and is the same for the same randomness", () => {
    fc.assert(
      fc.property(
        variants,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        fc.nat(50),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (variant, inputCount, outputCount, atLimit, k, random) => {
          const of = claim(inputCount, outputCount, atLimit ? { ended: false, limit: outputCount } : {});
          const [first, again] = [planRastic(variant, k, of, random), planRastic(variant, k, of, random.slice())];
          const shape = rasticShape(variant, of);
          if (!first.ok || !shape.ok) throw new Error("refused");
          expect(first).toEqual(again);
          const { integrityRange, extraRandomCheck } = shape.value;
          const drawn = first.value.checks.filter(
            ({ kind }) => kind === "integrity" || (extraRandomCheck && kind === "truncation"),
          );
          const size = Math.max(0, integrityRange.end - integrityRange.first);
          expect(drawn.length).toBe(Math.min(size, k + (extraRandomCheck ? 1 : 0)));
          expect(new Set(drawn.map(({ sequenceIndex }) => sequenceIndex)).size).toBe(drawn.length);
          for (const { sequenceIndex } of drawn) {
            expect(sequenceIndex).toBeGreaterThanOrEqual(integrityRange.first);
            expect(sequenceIndex).toBeLessThan(integrityRange.end);
          }
          for (const { sequenceIndex } of first.value.checks)
            expect(sequenceIndex).toBeLessThan(inputCount + outputCount);
        },
      ),
    );
  });

  test.each(rasticVariants)(
    "of %s draws each index of its range equally often (chi-square, 99.9 %% point)",
    (variant) => {
      const of = claim(10, 12);
      const shape = rasticShape(variant, of);
      if (!shape.ok) throw new Error("refused");
      const { first, end } = shape.value.integrityRange;
      const counts = new Array<number>(end - first).fill(0);
      const rounds = 8000;
      for (let seed = 0; seed < rounds; seed += 1) {
        const random = new Uint8Array(32);
        new DataView(random.buffer).setUint32(0, seed);
        const planned = planRastic(variant, 1, of, random);
        if (!planned.ok) throw new Error("refused");
        counts[planned.value.checks[1]!.sequenceIndex - first]! += 1;
      }
      const expected = rounds / counts.length;
      const chiSquare = counts.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
      const critical: Record<number, number> = { 10: 27.88, 12: 31.26, 19: 42.31 };
      expect(counts.every((seen) => seen > 0)).toBe(true);
      expect(chiSquare).toBeLessThan(critical[counts.length]!);
    },
  );
});

describe("what cannot be planned", () => {
  test.each<[string, string, () => ReturnType<typeof planRastic>]>([
    ["a negative budget", "rastic-check-budget", () => planRastic("blog", -1, claim(4, 5), randomness(1))],
    ["half an index", "rastic-check-budget", () => planRastic("blog", 0.5, claim(4, 5), randomness(1))],
    ["31 bytes of randomness", "rastic-randomness", () => planRastic("blog", 1, claim(4, 5), new Uint8Array(31))],
    ["33 bytes of randomness", "rastic-randomness", () => planRastic("blog", 1, claim(4, 5), new Uint8Array(33))],
    ["an empty input", "rastic-empty-input", () => planRastic("blog", 1, claim(0, 5), randomness(1))],
    ["a limit of 0", "rastic-token-limit", () => planRastic("blog", 1, claim(4, 0, { limit: 0 }), randomness(1))],
    ["a limit of 1.5", "rastic-token-limit", () => planRastic("blog", 1, claim(4, 1, { limit: 1.5 }), randomness(1))],
    [
      "a token that is none",
      "rastic-token",
      () => planRastic("blog", 1, { ...claim(4, 5), outputTokens: [1, -1, 2 ** 32] }, randomness(1)),
    ],
    [
      "a token of 2^32",
      "rastic-token",
      () => planRastic("blog", 1, { ...claim(4, 5), endTokens: [2 ** 32] }, randomness(1)),
    ],
    [
      "a token of 0.5",
      "rastic-token",
      () => planRastic("blog", 1, { ...claim(4, 5), inputTokens: [0.5] }, randomness(1)),
    ],
  ])("%s", (_, code, attempt) => {
    const planned = attempt();
    expect(planned.ok ? "accepted" : planned.rejection.code).toBe(code);
  });

  test("names the place of a bad token", () => {
    const planned = planRastic("blog", 1, { ...claim(4, 5), outputTokens: [1, -1] }, randomness(1));
    expect(planned.ok ? "" : planned.rejection.message).toBe(
      "outputTokens[1] is -1: expected a token number, 0 to 2^32-1",
    );
  });

  test("tokens 0 and 2^32-1 are tokens", () => {
    const of = { inputTokens: [0], outputTokens: [2 ** 32 - 1], endTokens: [], tokenLimit: 1 };
    expect(plan("whitepaper", 1, of).checks.map(({ claimedToken }) => claimedToken)).toEqual([
      2 ** 32 - 1,
      2 ** 32 - 1,
    ]);
  });
});
