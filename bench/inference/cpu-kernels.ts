/**
 * Verification against generation under other CPU kernel libraries of the same llama.cpp, AMX or not, on this machine.
 *
 *   node bench/inference/cpu-kernels.ts [sapphirerapids icelake haswell ...]
 *
 * node-llama-cpp takes the best library of its package's folder, so each is tried in a process of its own whose
 * node_modules links to ours, except for that package, copied with one library left in it. Linux x64 only.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const scoped = "@node-llama-cpp";
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
  const folder = mkdtempSync(join(tmpdir(), "camelid-kernels-"));
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, scoped), { recursive: true });
  for (const name of readdirSync("node_modules"))
    if (name !== scoped && !name.startsWith(".")) symlinkSync(resolve("node_modules", name), join(modules, name));
  cpSync(`node_modules/${scoped}/linux-x64`, join(modules, scoped, "linux-x64"), { recursive: true });
  const bins = join(modules, scoped, "linux-x64/bins/linux-x64");
  for (const file of readdirSync(bins))
    if (file.startsWith("libggml-cpu-") && file !== `libggml-cpu-${kernels}.so`) rmSync(join(bins, file));
  writeFileSync(join(folder, "probe.ts"), probe);
  for (const name of ["src", "models", "package.json"]) symlinkSync(resolve(name), join(folder, name));
  const options = ["--preserve-symlinks", "--preserve-symlinks-main", "probe.ts"];
  const { stdout, stderr, status } = spawnSync(process.execPath, options, { cwd: folder, encoding: "utf8" });
  process.stdout.write(status === 0 ? stdout : `${kernels}: ${stderr.split("\n").slice(0, 8).join("\n")}\n`);
  rmSync(folder, { recursive: true });
}
