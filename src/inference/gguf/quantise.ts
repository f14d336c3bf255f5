/**
 * ggml's block formats, written bit for bit as its reference quantisers write them (quantize_row_q8_0_ref,
 * quantize_row_q4_0_ref in ggml-quants.c). Arithmetic is in float32, as there.
 */
import { toHalf } from "./half.ts";

/** Formats of weight matrices that Camelid writes. Norms are F32 in all of them. */
export type WeightFormat = "F16" | "Q8_0" | "Q4_0";
export const weightFormats: readonly WeightFormat[] = ["F16", "Q8_0", "Q4_0"];

const blockWeights = 32;

/** Bytes of `weights` in this format; their number must be a multiple of 32. */
export function encodeWeights(weights: Float32Array, format: WeightFormat): Buffer {
  if (weights.length % blockWeights !== 0)
    throw new RangeError(`${weights.length} weights do not fill blocks of ${blockWeights}`);
  return encoders[format](weights);
}

const encoders: Record<WeightFormat, (weights: Float32Array) => Buffer> = {
  F16: encodeF16,
  Q8_0: encodeQ8_0,
  Q4_0: encodeQ4_0,
};

function encodeF16(weights: Float32Array): Buffer {
  const out = Buffer.alloc(weights.length * 2);
  for (let i = 0; i < weights.length; i++) out.writeUInt16LE(toHalf(weights[i]!), i * 2);
  return out;
}

/** Block: a half-precision scale, then 32 signed bytes. The largest magnitude becomes 127. */
function encodeQ8_0(weights: Float32Array): Buffer {
  const out = Buffer.alloc((weights.length / blockWeights) * 34);
  for (let start = 0, at = 0; start < weights.length; start += blockWeights, at += 34) {
    let largest = 0;
    for (let i = 0; i < blockWeights; i++) largest = Math.max(largest, Math.abs(weights[start + i]!));
    const scale = Math.fround(largest / 127);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    out.writeUInt16LE(toHalf(scale), at);
    for (let i = 0; i < blockWeights; i++)
      out.writeInt8(roundHalfAway(Math.fround(weights[start + i]! * inverse)), at + 2 + i);
  }
  return out;
}

/** Block: a half-precision scale, then 16 bytes; byte i holds weight i (low four bits) and weight i + 16 (high), each plus 8. */
function encodeQ4_0(weights: Float32Array): Buffer {
  const out = Buffer.alloc((weights.length / blockWeights) * 18);
  for (let start = 0, at = 0; start < weights.length; start += blockWeights, at += 18) {
    let largest = 0;
    for (let i = 0; i < blockWeights; i++)
      if (Math.abs(weights[start + i]!) > Math.abs(largest)) largest = weights[start + i]!;
    const scale = Math.fround(largest / -8); // the largest weight becomes -8, so the scale takes the opposite sign
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    const nibble = (i: number) =>
      Math.min(15, Math.trunc(Math.fround(Math.fround(weights[start + i]! * inverse) + 8.5)));
    out.writeUInt16LE(toHalf(scale), at);
    for (let i = 0; i < 16; i++) out[at + 2 + i] = nibble(i) | (nibble(i + 16) << 4);
  }
  return out;
}

/** C's roundf: halves go away from zero. */
function roundHalfAway(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}
