import { expect, test } from "vitest";
import {
  briberMajority,
  highestBribe,
  honestVerifierProfit,
  lazyVerifierProfit,
  leastFoundOut,
  sybilStake,
} from "../../../experiments/verifiers-dilemma/payoffs.ts";

const terms = { fee: 1, stake: 4, cost: 0.5, lazyCost: 0 };

test("a verifier that nobody finds out does better lazy, and is honest from the computed rate of forced errors on", () => {
  expect(lazyVerifierProfit(terms, 0)).toBeGreaterThan(honestVerifierProfit(terms));
  const least = leastFoundOut(terms);
  expect(least).toBeCloseTo(0.1, 12); // 0.5 / (1 + 4)
  expect(lazyVerifierProfit(terms, least)).toBeCloseTo(honestVerifierProfit(terms), 12);
  expect(lazyVerifierProfit(terms, least + 0.01)).toBeLessThan(honestVerifierProfit(terms));
});

test("a guess that costs as much as computing pays nobody", () => {
  expect(leastFoundOut({ ...terms, lazyCost: 0.5 })).toBe(0);
});

test("the briber's majority worked out by hand: 3 asked of 10, of whom 5 are the briber's", () => {
  // [C(5,2) C(5,1) + C(5,3)] / C(10,3) = (50 + 10) / 120.
  expect(briberMajority(10, 5, 3)).toBeCloseTo(0.5, 12);
  expect(briberMajority(10, 0, 3)).toBe(0);
  expect(briberMajority(10, 10, 3)).toBe(1);
  expect(briberMajority(10, 5, 1)).toBeCloseTo(0.5, 12);
});

test("owning a share of the identities costs stake beside the honest ones'", () => {
  expect(sybilStake(60, 0.4, 2)).toBeCloseTo(80, 9); // 40 of 100
});

test("a client that needs two of three verifiers can pay each up to half of what it keeps", () => {
  expect(highestBribe(10, 3)).toBe(5);
  expect(highestBribe(10, 1)).toBe(10);
  expect(highestBribe(10, 7)).toBe(2.5);
});
