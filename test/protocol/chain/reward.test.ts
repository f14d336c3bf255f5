import { expect, test } from "vitest";
import { maxAmountUnits, unitsPerCoin } from "../../../src/protocol/amount.ts";
import { rewardUnits } from "../../../src/protocol/chain/reward.ts";
import { parameters } from "../../../src/protocol/parameters.ts";
import { minimal } from "./chains.ts";

const full = parameters("full");

test.each([
  [0, 0],
  [1, 50],
  [999_999, 50],
  [1_000_000, 25],
  [1_999_999, 25],
  [2_000_000, 12.5],
  [3_000_000, 6.25],
])("block %i pays %d coins", (height, coins) => {
  expect(rewardUnits(height, full)).toBe(coins * unitsPerCoin);
});

test("the reward is rounded down to units, and ends", () => {
  expect(rewardUnits(28_000_000, full)).toBe(1);
  expect(rewardUnits(29_000_000, full)).toBe(0);
  expect(rewardUnits(2_000_000_000, full)).toBe(0);
  expect(rewardUnits(10_000_000, full)).toBe(Math.floor((50 * unitsPerCoin) / 1024));
});

test("all rewards together stay below the limit of amounts", () => {
  let total = 0;
  for (let era = 0; era < 40; era++) total += rewardUnits(era * 1_000_000 + 1, full) * 1_000_000;
  expect(total).toBeLessThan(maxAmountUnits);
  expect(total).toBeGreaterThan(0.9999 * maxAmountUnits);
});

test("the minimal preset halves every ten blocks", () => {
  expect([9, 10, 19, 20].map((height) => rewardUnits(height, minimal) / unitsPerCoin)).toEqual([50, 25, 25, 12.5]);
});
