import { describe, expect, test } from "vitest";
import { rasticShape } from "../../../src/protocol/rastic/variants.ts";
import { unwrap } from "../../../src/protocol/result.ts";
import { rastic } from "../../../src/protocol/schemes/rastic.ts";
import { claimedOutputOf } from "../../../src/protocol/schemes/scored-output.ts";
import { uniformGuessAcceptance, uniformGuessAgainstRastic } from "../../../src/protocol/schemes/uniform-guess.ts";
import { positions, scoredClaim } from "./outputs.ts";

describe("C2, three positions guessed from a vocabulary of 50257", () => {
  test("is 7.88e-15 and not the 7.78e-15 that was printed", () => {
    const probability = uniformGuessAcceptance(50257, 3);
    // 50257^3 = 126937424324593 in whole numbers.
    expect(BigInt(50257) ** 3n).toBe(126_937_424_324_593n);
    expect(probability * 126_937_424_324_593).toBeCloseTo(1, 12);
    expect(probability.toPrecision(3)).toBe("7.88e-15");
  });
});

describe("uniform guessing against RASTiC", () => {
  const shapeOf = (outputCount: number, ended = true) =>
    unwrap(rasticShape("blog", claimedOutputOf(scoredClaim(positions(outputCount), { ended }))));

  test("equals enumeration: every pattern of right and wrong guesses, weighed by its probability", () => {
    const vocabulary = 7;
    for (const ended of [true, false])
      for (const outputCount of [1, 2, 4, 6])
        for (const k of [0, 1, 2, 3, 8]) {
          let expected = 0;
          for (let set = 0; set < 2 ** outputCount; set++) {
            const wrong = Array.from({ length: outputCount }, (_, i) => i).filter((i) => (set >> i) & 1);
            const output = scoredClaim(positions(outputCount, wrong), { ended });
            const right = outputCount - wrong.length;
            const weight = (1 / vocabulary) ** right * (1 - 1 / vocabulary) ** wrong.length;
            const judged = unwrap(rastic({ scheme: "rastic", variant: "blog", checkBudget: k }).judge(output));
            expected += weight * judged.probability;
          }
          const computed = uniformGuessAgainstRastic(vocabulary, shapeOf(outputCount, ended), k);
          expect(computed / expected).toBeCloseTo(1, 10);
        }
  });

  test("the blog's draw lands on a fixed check in 2 of 100 cases, and that decides the sum", () => {
    const probability = uniformGuessAgainstRastic(50257, shapeOf(100), 1);
    expect(probability).toBeCloseTo(0.02 * 50257 ** -2 + 0.98 * 50257 ** -3, 25);
    expect(probability / uniformGuessAcceptance(50257, 3)).toBeGreaterThan(1000);
  });
});
