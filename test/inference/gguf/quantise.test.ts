import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { fromHalf } from "../../../src/inference/gguf/half.ts";
import { encodeWeights } from "../../../src/inference/gguf/quantise.ts";

const ramp = Float32Array.from({ length: 32 }, (_, i) => i - 16); // -16 .. 15

test("F16 stores each weight as two bytes, low byte first", () => {
  const bytes = encodeWeights(
    Float32Array.from({ length: 32 }, (_, i) => (i === 1 ? -2 : 1)),
    "F16",
  );
  expect(bytes.length).toBe(64);
  expect([...bytes.subarray(0, 4)]).toEqual([0x00, 0x3c, 0x00, 0xc0]);
});

test("Q8_0 makes the largest magnitude 127 and keeps the scale in half precision", () => {
  const bytes = encodeWeights(ramp, "Q8_0");
  expect(bytes.length).toBe(34);
  expect(fromHalf(bytes.readUInt16LE(0))).toBeCloseTo(16 / 127, 4);
  expect(bytes.readInt8(2)).toBe(-127);
  expect(bytes.readInt8(2 + 16)).toBe(0);
  expect(bytes.readInt8(2 + 31)).toBe(Math.round((15 * 127) / 16));
});

test("Q8_0 rounds halves away from zero, as C does", () => {
  const weights = new Float32Array(32);
  weights.set([127, 0.5, -0.5, 2.5, -2.5]);
  const bytes = encodeWeights(weights, "Q8_0");
  expect([...bytes.subarray(2, 7)].map((byte) => (byte << 24) >> 24)).toEqual([127, 1, -1, 3, -3]);
});

test("Q4_0 makes the largest weight -8 and packs weights i and i + 16 into one byte", () => {
  const bytes = encodeWeights(ramp, "Q4_0");
  expect(bytes.length).toBe(18);
  expect(fromHalf(bytes.readUInt16LE(0))).toBe(2);
  expect(bytes[2]! & 15).toBe(0); // weight 0 is -16 = 2 * (0 - 8)
  expect(bytes[2]! >>> 4).toBe(8); // weight 16 is 0
  expect(bytes[17]! >>> 4).toBe(15); // weight 31 is 15: 7.5 rounds up, and 16 does not fit
});

test("Q4_0 turns the scale negative when the largest weight is positive", () => {
  const bytes = encodeWeights(
    ramp.map((weight) => -weight),
    "Q4_0",
  );
  expect(fromHalf(bytes.readUInt16LE(0))).toBe(-2);
  expect(bytes[2]! & 15).toBe(0);
});

test("a block of zeros has scale zero in every format", () => {
  const zeros = new Float32Array(32);
  expect(encodeWeights(zeros, "Q8_0").every((byte) => byte === 0)).toBe(true);
  expect([...encodeWeights(zeros, "Q4_0").subarray(2)]).toEqual(new Array(16).fill(0x88));
});

test("decoding gives weights back to within half a step", () => {
  const weights = Float32Array.from({ length: 320 }, (_, i) => Math.sin(i * i));
  const eight = encodeWeights(weights, "Q8_0");
  const four = encodeWeights(weights, "Q4_0");
  for (const [i, weight] of weights.entries()) {
    const block = Math.floor(i / 32);
    const inBlock = i % 32;
    const eightScale = fromHalf(eight.readUInt16LE(block * 34));
    expect(Math.abs(eight.readInt8(block * 34 + 2 + inBlock) * eightScale - weight)).toBeLessThan(eightScale * 0.57);
    const fourScale = fromHalf(four.readUInt16LE(block * 18));
    const byte = four[block * 18 + 2 + (inBlock % 16)]!;
    const nibble = inBlock < 16 ? byte & 15 : byte >>> 4;
    // The far end of the range is clipped from 8 to 7 steps.
    expect(Math.abs((nibble - 8) * fourScale - weight)).toBeLessThan(Math.abs(fourScale) * 1.01);
  }
});

test("weights that do not fill their blocks are refused", () => {
  expect(() => encodeWeights(new Float32Array(33), "Q8_0")).toThrow("33 weights");
});

/** Blocks of seven sizes, from 1000 down to zero; every fifth on a grid of quarters, so that ties and zeros occur. */
function mixedWeights(): Float32Array {
  let state = 12345;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length: 32 * 3000 }, (_, i) => {
    const block = Math.floor(i / 32);
    const weight = (draw() * 2 - 1) * [1000, 10, 1, 0.25, 2 ** -10, 2 ** -20, 0][block % 7]!;
    return block % 5 === 0 ? Math.round(weight * 4) / 4 : weight;
  });
}

// Hashes of what ggml itself made of these weights: ggml_fp32_to_fp16_row, quantize_row_q8_0_ref and quantize_row_q4_0_ref of
// libggml-base in node-llama-cpp 3.22.1, called from C.
test.each([
  ["F16", "9e567870092ac6cc64df6ee800464e81a1df425a48cb78c4b913e7257916dea6"],
  ["Q8_0", "d9ca7c5d5979a29b7410941f5720b13cf8d144eb6c8f57c76339f04fbe01af7b"],
  ["Q4_0", "22e1b3e9ecc16f53bc880e036d3002582cf13b2679df365dff8421fe127a7105"],
] as const)("%s of 3000 mixed blocks is ggml's own, byte for byte", (format, sha256) => {
  expect(createHash("sha256").update(encodeWeights(mixedWeights(), format)).digest("hex")).toBe(sha256);
});
