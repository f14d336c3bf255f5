/**
 * What the sources publish about false accepts (claim C2; blog, §2.5.4): a vocabulary of 50257 tokens, three positions guessed evenly,
 * 1 / 50257³. It is 7.88e-15 and was printed as 7.78e-15.
 */
import { uniformGuessAcceptance } from "../../src/protocol/schemes/uniform-guess.ts";

const publishedVocabulary = 50257;
export const printedAcceptance = 7.78e-15;

/** The published reasoning for any number of positions. */
export function publishedAcceptance(positions: number): number {
  return uniformGuessAcceptance(publishedVocabulary, positions);
}
