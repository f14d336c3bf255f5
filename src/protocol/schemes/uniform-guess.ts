/**
 * The published acceptance probability (C2), and what RASTiC really gives a cheater who guesses every token uniformly.
 *
 * Published (blog, whitepaper 2.5.4): three checks, vocabulary of 50257, 1 / 50257^3, printed as 7.78e-15; it is 7.88e-15. That
 * counts three different positions. With F fixed indices, d drawn ones of a range of N, and J of the fixed ones drawn again,
 *
 *   P(accept) = sum over j of P(J = j) x V^-(F + d - j),   J hypergeometric:
 *
 * the draws that land on a fixed check are for nothing. For one draw of B = 100 that is 2 % of V^-2, a thousand times V^-3.
 */
import type { RasticShape } from "../rastic/variants.ts";
import { fixedIndices, indexDraws } from "./drawn-checks.ts";
import { exactlyDrawn } from "./without-replacement.ts";

/** V^-n: each of n different positions guessed right with probability 1/V. */
export function uniformGuessAcceptance(vocabularySize: number, positions: number): number {
  return vocabularySize ** -positions;
}

/** The same over RASTiC's draws; `shape` must be that of an output without violations. */
export function uniformGuessAgainstRastic(vocabularySize: number, shape: RasticShape, checkBudget: number): number {
  const { first, size, drawn } = indexDraws(shape, checkBudget);
  const fixed = fixedIndices(shape);
  const inRange = fixed.filter((index) => index >= first && index < first + size).length;
  let probability = 0;
  for (let again = 0; again <= inRange; again++)
    probability +=
      exactlyDrawn(size, inRange, drawn, again) * uniformGuessAcceptance(vocabularySize, fixed.length + drawn - again);
  return probability;
}
