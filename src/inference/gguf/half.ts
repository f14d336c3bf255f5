const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Bits of the IEEE 754 binary16 number nearest to `value` (ties to even); beyond 65504 infinity, as ggml converts. */
export function toHalf(value: number): number {
  float[0] = value;
  const single = bits[0]!;
  const sign = (single >>> 16) & 0x8000;
  const magnitude = single & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to 65536 or more
  if (magnitude >= 0x38800000) return sign | roundToEven(magnitude - 0x38000000, 13); // rebias the exponent from 127 to 15
  if (magnitude < 0x33000000) return sign; // under half of the smallest subnormal
  const exponent = magnitude >>> 23;
  return sign | roundToEven((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

/** The value of binary16 bits. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function roundToEven(value: number, droppedBits: number): number {
  const kept = value >>> droppedBits;
  const dropped = value & ((1 << droppedBits) - 1);
  const half = 1 << (droppedBits - 1);
  return dropped > half || (dropped === half && kept % 2 === 1) ? kept + 1 : kept;
}
