import { alignUp, defaultAlignment, tensorBytes, tensorFormats, valueType } from "./format.ts";

export type MetadataEntry =
  | readonly [key: string, type: "uint32" | "float32", value: number]
  | readonly [key: string, type: "bool", value: boolean]
  | readonly [key: string, type: "string", value: string]
  | readonly [key: string, type: "strings", value: readonly string[]]
  | readonly [key: string, type: "floats" | "ints", value: readonly number[]];

export interface TensorPlan {
  readonly name: string;
  /** Innermost first. */
  readonly dimensions: readonly number[];
  /** ggml's type number. */
  readonly type: number;
}

/** The bytes of a GGUF version 3 header up to the start of the tensor data; tensors follow in this order, each padded to 32 bytes. */
export function encodeHeader(metadata: readonly MetadataEntry[], tensors: readonly TensorPlan[]): Buffer {
  const parts: Buffer[] = [Buffer.from("GGUF"), uint32(3), uint64(tensors.length), uint64(metadata.length)];
  for (const entry of metadata) parts.push(string(entry[0]), value(entry));
  let offset = 0;
  for (const { name, dimensions, type } of tensors) {
    parts.push(string(name), uint32(dimensions.length), ...dimensions.map(uint64), uint32(type), uint64(offset));
    offset += alignUp(tensorBytes(tensorFormats.get(type)!, dimensions), defaultAlignment);
  }
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat(parts, alignUp(bytes, defaultAlignment));
}

function value(entry: MetadataEntry): Buffer {
  switch (entry[1]) {
    case "uint32":
      return Buffer.concat([uint32(valueType.uint32), uint32(entry[2])]);
    case "float32":
      return Buffer.concat([uint32(valueType.float32), float32(entry[2])]);
    case "bool":
      return Buffer.concat([uint32(valueType.bool), Buffer.of(entry[2] ? 1 : 0)]);
    case "string":
      return Buffer.concat([uint32(valueType.string), string(entry[2])]);
    case "strings":
      return array(valueType.string, entry[2].map(string));
    case "floats":
      return array(valueType.float32, entry[2].map(float32));
    case "ints":
      return array(valueType.int32, entry[2].map(uint32));
  }
}

function array(elementType: number, elements: readonly Buffer[]): Buffer {
  return Buffer.concat([uint32(valueType.array), uint32(elementType), uint64(elements.length), ...elements]);
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(number: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(number);
  return out;
}

function uint64(number: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(number));
  return out;
}

function float32(number: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeFloatLE(number);
  return out;
}
