/** The passes over a row of logits (row-kernels.wat), in an instance of their own with their own memory. */
import { rowKernelsWasm } from "./row-kernels-wasm.ts";

/** What is used of WebAssembly here; TypeScript declares it for browsers only. */
declare const WebAssembly: {
  readonly Module: new (wasm: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

export interface RowKernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  greatest(bytes: number): number;
  firstWith(logit: number): number;
  countAbove(bytes: number, logit: number): number;
  /** Writes tokens (32-bit whole numbers) behind the row; returns how many. */
  collect(bytes: number, logit: number): number;
  totalWeight(bytes: number, greatest: number, inverseTemperature: number): number;
  totalSurprise(bytes: number, greatest: number): number;
  findScores(bytes: number, inverseTemperature: number, key0: number, key1: number, bound: number): void;
}

let compiled: object | undefined;

/** `consider`: called by `findScores` with each token that may reach the bound; returns the bound from then on. */
export function rowKernels(consider: (token: number) => number): RowKernels {
  compiled ??= new WebAssembly.Module(Buffer.from(rowKernelsWasm, "base64"));
  return new WebAssembly.Instance(compiled, { row: { consider } }).exports as RowKernels;
}
