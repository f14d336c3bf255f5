import { expect, test } from "vitest";
import { maxAmountUnits, totalUnits, unitsPerCoin } from "../../src/protocol/amount.ts";

test("everything the rewards can issue is within the limit, and two such amounts add up exactly", () => {
  expect(2 * 50 * 1_000_000 * unitsPerCoin).toBe(maxAmountUnits);
  expect(Number.isSafeInteger(2 * maxAmountUnits)).toBe(true);
});

test("sums stop at the limit", () => {
  expect(totalUnits([])).toBe(0);
  expect(totalUnits([1, 2, 3])).toBe(6);
  expect(totalUnits([maxAmountUnits - 1, 1])).toBe(maxAmountUnits);
  expect(totalUnits([maxAmountUnits, 1])).toBeUndefined();
  expect(totalUnits([1, ...Array<number>(20).fill(maxAmountUnits)])).toBeUndefined();
});
