import { StatisticsError } from "./interval.ts";
import type { Draws } from "./median-ratio.ts";
import { type PermutationChoices, permutationTest, signFlipTest } from "./permutation-test.ts";

type Choices = Omit<PermutationChoices, "alternative">;

/**
 * p-value for "the mean paired difference is smaller than `margin` either way": the larger of two one-sided sign-flip tests, one
 * against a mean of -margin or less, one against +margin or more. n pairs give no less than 2^-n, so a few pairs that happen
 * to agree show nothing.
 *
 * Source: D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), two one-sided tests; S. Wellek,
 * Testing Statistical Hypotheses of Equivalence and Noninferiority, 2nd ed. (2010). Assumes that the differences are
 * symmetric about their mean.
 */
export function pairedEquivalence(
  differences: readonly number[],
  margin: number,
  draws: Draws,
  choices: Choices = {},
): number {
  requireMargin(margin);
  const against = (shifted: number[]) => signFlipTest(shifted, draws, { ...choices, alternative: "greater" });
  return Math.max(against(differences.map((d) => margin + d)), against(differences.map((d) => margin - d)));
}

/** The same for the means of two independent samples, by two one-sided permutation tests. */
export function unpairedEquivalence(
  first: readonly number[],
  second: readonly number[],
  margin: number,
  draws: Draws,
  choices: Choices = {},
): number {
  requireMargin(margin);
  const above = (greater: readonly number[], lesser: readonly number[]) =>
    permutationTest(
      greater.map((value) => value + margin),
      lesser,
      draws,
      { ...choices, alternative: "greater" },
    );
  return Math.max(above(first, second), above(second, first));
}

function requireMargin(margin: number): void {
  if (!(margin > 0)) throw new StatisticsError(`equivalence test: expected a margin above 0, found ${margin}`);
}
