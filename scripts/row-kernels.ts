/** Compiles the WebAssembly text of the passes over logits into the module that the program loads. */
import { readFileSync, writeFileSync } from "node:fs";
import { compileRowKernels, rowKernelsModule } from "./wasm/compile.ts";

const source = readFileSync("src/inference/sampling/row-kernels.wat", "utf8");
writeFileSync("src/inference/sampling/row-kernels-wasm.ts", rowKernelsModule(await compileRowKernels(source)));
