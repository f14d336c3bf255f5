/** Constants of the GGUF container and of ggml's tensor formats, as ggml's gguf.md and ggml.h number them. */

/** Bytes to which tensor data is aligned unless the key `general.alignment` says otherwise. */
export const defaultAlignment = 32;

/** Metadata value types by their number in the file. */
export const valueType = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

export interface TensorFormat {
  readonly name: string;
  /** Weights that share one block. */
  readonly blockWeights: number;
  readonly blockBytes: number;
}

const format = (name: string, blockWeights: number, blockBytes: number): TensorFormat => ({
  name,
  blockWeights,
  blockBytes,
});

/** Tensor formats by ggml type number. Numbers ggml has retired (4, 5, 31 to 33, 36 to 38) are absent. */
export const tensorFormats: ReadonlyMap<number, TensorFormat> = new Map([
  [0, format("F32", 1, 4)],
  [1, format("F16", 1, 2)],
  [2, format("Q4_0", 32, 18)],
  [3, format("Q4_1", 32, 20)],
  [6, format("Q5_0", 32, 22)],
  [7, format("Q5_1", 32, 24)],
  [8, format("Q8_0", 32, 34)],
  [9, format("Q8_1", 32, 36)],
  [10, format("Q2_K", 256, 84)],
  [11, format("Q3_K", 256, 110)],
  [12, format("Q4_K", 256, 144)],
  [13, format("Q5_K", 256, 176)],
  [14, format("Q6_K", 256, 210)],
  [15, format("Q8_K", 256, 292)],
  [16, format("IQ2_XXS", 256, 66)],
  [17, format("IQ2_XS", 256, 74)],
  [18, format("IQ3_XXS", 256, 98)],
  [19, format("IQ1_S", 256, 50)],
  [20, format("IQ4_NL", 32, 18)],
  [21, format("IQ3_S", 256, 110)],
  [22, format("IQ2_S", 256, 82)],
  [23, format("IQ4_XS", 256, 136)],
  [24, format("I8", 1, 1)],
  [25, format("I16", 1, 2)],
  [26, format("I32", 1, 4)],
  [27, format("I64", 1, 8)],
  [28, format("F64", 1, 8)],
  [29, format("IQ1_M", 256, 56)],
  [30, format("BF16", 1, 2)],
  [34, format("TQ1_0", 256, 54)],
  [35, format("TQ2_0", 256, 66)],
  [39, format("MXFP4", 32, 17)],
]);

/** ggml type numbers of the formats that Camelid writes itself. */
export const tensorType = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 8 } as const;

/** Names of `general.file_type`, llama.cpp's number for how a file as a whole was quantised. */
export const fileTypes: ReadonlyMap<number, string> = new Map([
  [0, "F32"],
  [1, "F16"],
  [2, "Q4_0"],
  [3, "Q4_1"],
  [7, "Q8_0"],
  [8, "Q5_0"],
  [9, "Q5_1"],
  [10, "Q2_K"],
  [11, "Q3_K_S"],
  [12, "Q3_K_M"],
  [13, "Q3_K_L"],
  [14, "Q4_K_S"],
  [15, "Q4_K_M"],
  [16, "Q5_K_S"],
  [17, "Q5_K_M"],
  [18, "Q6_K"],
  [19, "IQ2_XXS"],
  [20, "IQ2_XS"],
  [21, "Q2_K_S"],
  [22, "IQ3_XS"],
  [23, "IQ3_XXS"],
  [24, "IQ1_S"],
  [25, "IQ4_NL"],
  [26, "IQ3_S"],
  [27, "IQ3_M"],
  [28, "IQ2_S"],
  [29, "IQ2_M"],
  [30, "IQ4_XS"],
  [31, "IQ1_M"],
  [32, "BF16"],
  [36, "TQ1_0"],
  [37, "TQ2_0"],
  [38, "MXFP4_MOE"],
]);

/** The number of `general.file_type` for the formats that Camelid writes. */
export const fileTypeOf = { F16: 1, Q4_0: 2, Q8_0: 7 } as const;

/** The next multiple of `alignment` from `offset` on. */
export function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** Bytes of a tensor of this format; `dimensions` innermost first, as ggml stores them. */
export function tensorBytes(format: TensorFormat, dimensions: readonly number[]): number {
  return (dimensions.reduce((product, size) => product * size, 1) / format.blockWeights) * format.blockBytes;
}
