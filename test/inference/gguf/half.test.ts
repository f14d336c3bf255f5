import { expect, test } from "vitest";
import { fromHalf, toHalf } from "../../../src/inference/gguf/half.ts";

const everyHalf = Array.from({ length: 65536 }, (_, bits) => bits);
const finite = everyHalf.filter((bits) => ((bits >>> 10) & 31) !== 31);

test("every half-precision number goes to a double and back", () => {
  for (const bits of finite) expect(toHalf(fromHalf(bits))).toBe(bits);
});

test("the published corner values", () => {
  // IEEE 754-2019, table 3.5 and the usual worked examples of binary16.
  expect(fromHalf(0x3c00)).toBe(1);
  expect(fromHalf(0x3c01)).toBe(1 + 2 ** -10);
  expect(fromHalf(0x7bff)).toBe(65504);
  expect(fromHalf(0x0400)).toBe(2 ** -14);
  expect(fromHalf(0x0001)).toBe(2 ** -24);
  expect(fromHalf(0x8000)).toBe(-0);
  expect(fromHalf(0x3555)).toBe(0.333251953125);
  expect(toHalf(1 / 3)).toBe(0x3555);
  expect(toHalf(65519)).toBe(0x7bff);
  expect(toHalf(65520)).toBe(0x7c00);
  expect(toHalf(Number.NEGATIVE_INFINITY)).toBe(0xfc00);
  expect(fromHalf(toHalf(Number.NaN))).toBeNaN();
});

test("between two neighbours the nearer one wins, and the even one on a tie", () => {
  const positive = finite.filter((bits) => bits < 0x7bff);
  for (const bits of positive) {
    const low = fromHalf(bits);
    const middle = low + (fromHalf(bits + 1) - low) / 2;
    expect(toHalf(middle)).toBe(bits % 2 === 0 ? bits : bits + 1);
    expect(toHalf(middle * (1 - 2 ** -22))).toBe(bits);
    expect(toHalf(middle * (1 + 2 ** -22))).toBe(bits + 1);
  }
});
