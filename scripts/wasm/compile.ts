import wabt from "wabt";

/** The binary of a WebAssembly text; the same text gives the same bytes. */
export async function compileRowKernels(source: string): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const module = parseWat("row-kernels.wat", source, { simd: true });
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

/** The source file that holds it. */
export function rowKernelsModule(wasm: Uint8Array): string {
  const lines = Buffer.from(wasm)
    .toString("base64")
    .match(/.{1,110}/g)!;
  return [
    "/** Made of row-kernels.wat by `npm run kernels`; the test beside its users holds the two together. */",
    "export const rowKernelsWasm =",
    ...lines.map((line, i) => `  "${line}"${i === lines.length - 1 ? ";" : " +"}`),
    "",
  ].join("\n");
}
