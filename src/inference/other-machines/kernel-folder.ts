/**
 * A folder in which node-llama-cpp finds one CPU kernel library and no other.
 *
 * The package ships one library per CPU family (`libggml-cpu-haswell.so`, ...) and llama.cpp loads the best that the CPU can
 * run. So the folder's node_modules links to everything of ours, except that package, whose binaries are copied with a single
 * library left among them; a process started there with `--preserve-symlinks` runs our sources on those kernels.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InferenceError } from "../errors.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));
const scope = "@node-llama-cpp";
const binaries = join(scope, "linux-x64", "bins", "linux-x64");
const library = /^libggml-cpu-(\w+)\.so$/;

/**
 * Which kernel libraries are installed; whether this CPU runs one of them shows when it is opened. Throws InferenceError
 * `kernels-absent` where there is no choice.
 */
function installedKernels(): string[] {
  const folder = join(project, "node_modules", binaries);
  if (process.platform !== "linux" || process.arch !== "x64" || !existsSync(folder))
    throw new InferenceError(
      "kernels-absent",
      `CPU kernels can be chosen on Linux x64 with npm's node-llama-cpp only (this is ${process.platform}-${process.arch}); ` +
        "leave cpuKernels out, or take stored transcripts (--inference store-only)",
    );
  return readdirSync(folder).flatMap((file) => library.exec(file)?.[1] ?? []);
}

/** Makes the folder and returns its path; about 15 MB. Errors: `kernels-absent`, with those that there are. */
export function makeKernelFolder(kernels: string): string {
  const installed = installedKernels();
  if (!installed.includes(kernels))
    throw new InferenceError("kernels-absent", `CPU kernels '${kernels}': expected one of ${installed.join(", ")}`);
  const folder = mkdtempSync(join(tmpdir(), "camelid-kernels-"));
  try {
    fill(folder, kernels);
  } catch (cause) {
    removeKernelFolder(folder);
    throw new InferenceError(
      "kernels-absent",
      `CPU kernels '${kernels}': no folder for them in ${tmpdir()} (${(cause as Error).message})`,
      { cause },
    );
  }
  return folder;
}

export function removeKernelFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function fill(folder: string, kernels: string): void {
  for (const name of ["src", "package.json"]) symlinkSync(join(project, name), join(folder, name));
  const from = join(project, "node_modules");
  const to = join(folder, "node_modules");
  mkdirSync(join(to, scope), { recursive: true });
  for (const name of readdirSync(from))
    if (name !== scope && !name.startsWith(".")) symlinkSync(join(from, name), join(to, name));
  const kernelsIn = (path: string) => library.exec(basename(path))?.[1] ?? kernels;
  cpSync(join(from, scope, "linux-x64"), join(to, scope, "linux-x64"), {
    recursive: true,
    filter: (path) => kernelsIn(path) === kernels,
  });
}
