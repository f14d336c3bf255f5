/**
 * `npm run test:kernels [LIBRARY ...]`: the tests that open a model, once under one CPU kernel library of each class of equal logits
 * that this processor can run, found by trying. Which logits a machine computes hangs on its kernels; no verdict may.
 *
 * Classes that are far slower than the others run `test/inference` only. Linux x64 only: elsewhere there is one library.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { long, models, system, systemWithoutModels } from "../test/tiers.ts";

const binaries = resolve("node_modules/@node-llama-cpp/linux-x64/bins/linux-x64");
const FAR_SLOWER = 2;

interface Tried {
  readonly library: string;
  readonly digest: string;
  readonly cpuSeconds: number;
}

const folder = mkdtempSync(join(tmpdir(), "camelid-test-kernels-"));
const tried = installed().flatMap((library) => attempt(library) ?? []);
const classes = [...Map.groupBy(tried, ({ digest }) => digest).values()];
const quickest = Math.min(...tried.map(({ cpuSeconds }) => cpuSeconds));
console.log(`${tried.length} kernel libraries run on this processor, with logits of ${classes.length} classes:`);
for (const members of classes)
  console.log(`  ${members.map(({ library, cpuSeconds }) => `${library} (${cpuSeconds.toFixed(1)} s)`).join(" = ")}`);

const wanted = process.argv.slice(2);
const chosen = classes.filter(
  (members) => wanted.length === 0 || members.some(({ library }) => wanted.includes(library)),
);
const ended = chosen.map((members) => {
  const [{ library, cpuSeconds }] = members as [Tried];
  const which = cpuSeconds > FAR_SLOWER * quickest ? ["--project", "models", "test/inference"] : everyModelTest();
  console.log(`\n${library}: vitest run ${which.slice(0, 6).join(" ")} ...`);
  const { status } = run(library, ["node_modules/vitest/vitest.mjs", "run", ...which], "inherit");
  return { library, passed: status === 0 };
});
rmSync(folder, { recursive: true });
console.log(`\n${ended.map(({ library, passed }) => `${library}: ${passed ? "passed" : "FAILED"}`).join("\n")}`);
if (tried.length === 0 || ended.length === 0 || ended.some(({ passed }) => !passed)) process.exitCode = 1;

function installed(): string[] {
  return readdirSync(binaries).flatMap((file) => /^libggml-cpu-(\w+)\.so$/.exec(file)?.[1] ?? []);
}

/** Every file of the two tiers that open models, but for those that open none. */
function everyModelTest(): string[] {
  const files = globSync([...models, ...system], { exclude: [...systemWithoutModels, ...long] });
  return ["--project", "models", "--project", "system", ...files.filter((file) => file.endsWith(".test.ts")).sort()];
}

/** Undefined where this processor cannot run it. */
function attempt(library: string): Tried | undefined {
  const { status, stdout } = run(library, ["scripts/kernels/probe.ts"], "pipe");
  if (status !== 0) return undefined;
  const { cpuKernels, ...found } = JSON.parse(stdout) as Tried & { readonly cpuKernels: string };
  if (cpuKernels !== library) throw new Error(`asked for the kernels ${library}, llama.cpp loaded ${cpuKernels}`);
  return { ...found, library };
}

/** Node on these words, where llama.cpp finds no other library than this one. */
function run(library: string, words: readonly string[], stdio: "inherit" | "pipe") {
  const only = join(folder, library);
  const link = join(only, `libggml-cpu-${library}.so`);
  rmSync(only, { recursive: true, force: true });
  mkdirSync(only);
  symlinkSync(join(binaries, `libggml-cpu-${library}.so`), link);
  const env = {
    ...process.env,
    CAMELID_KERNELS: only,
    NODE_OPTIONS: `--require ${JSON.stringify(resolve("scripts/kernels/one-library.cjs"))}`,
  };
  return spawnSync(process.execPath, words, { env, encoding: "utf8", stdio: ["ignore", stdio, stdio] });
}
