/**
 * Verification against generation under other CPU kernel libraries of the same llama.cpp, AMX or not, on this machine.
 *
 *   node bench/inference/cpu-kernels.ts [sapphirerapids icelake haswell ...]
 *
 * Each is tried in a process of its own, in a folder that holds it alone (src/inference/other-machines). Linux x64 only.
 */
import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeKernelFolder, removeKernelFolder } from "../../src/inference/other-machines/kernel-folder.ts";

const probe = `
import { Backend } from "./src/inference/backend.ts";
import { generate } from "./src/inference/generate.ts";
import { recompute } from "./src/inference/recompute.ts";
import { greedy } from "./src/inference/sampling/sampling.ts";
const backend = await Backend.open();
const { cpuKernels } = await backend.describe();
for (const format of ["f16", "q8_0", "q4_0"]) {
  const model = await backend.loadModel("models/tales-target-" + format + ".gguf");
  const context = await model.openContext({ contextTokens: 1024 });
  const job = { promptTokens: model.vocabulary.promptTokens("Once upon a time"), sampling: greedy, seed: 1 };
  const generating = [], verifying = [];
  for (let repeat = 0; repeat < 4; repeat++) {
    const start = performance.now();
    const [{ outputTokens }] = await generate(context, [{ ...job, tokenLimit: 1000, ignoreEndToken: true }]);
    generating.push(performance.now() - start);
    const last = job.promptTokens.length + outputTokens.length - 1;
    const { timing } = await recompute("one-pass", [context], { ...job, outputTokens, sequenceIndices: [last] });
    verifying.push(timing.wallMs);
  }
  const [g, v] = [Math.min(...generating.slice(1)), Math.min(...verifying.slice(1))];
  console.log(cpuKernels.padEnd(16), format.padEnd(5), "generate", g.toFixed(0), "ms, verify", v.toFixed(0), "ms, ratio", (g / v).toFixed(2));
  await model.close();
}
await backend.close();
`;

const wanted = process.argv.length > 2 ? process.argv.slice(2) : ["sapphirerapids", "icelake", "haswell"];
for (const kernels of wanted) {
  const folder = makeKernelFolder(kernels);
  writeFileSync(join(folder, "probe.ts"), probe);
  symlinkSync(resolve("models"), join(folder, "models"));
  const options = ["--preserve-symlinks", "--preserve-symlinks-main", "probe.ts"];
  const { stdout, stderr, status } = spawnSync(process.execPath, options, { cwd: folder, encoding: "utf8" });
  process.stdout.write(status === 0 ? stdout : `${kernels}: ${stderr.split("\n").slice(0, 8).join("\n")}\n`);
  removeKernelFolder(folder);
}
