/** Which files go into the bundles for a GPU machine, and what is said of one that is too large. */
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export const limitBytes = 64 * 2 ** 20;

const builds = ["linux-x64", "linux-x64-cuda", "linux-x64-vulkan"];

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

/** Every file of the production dependencies that are installed, as paths from here. */
export function bundleFiles(lockFile: string): string[] {
  const { packages } = JSON.parse(readFileSync(lockFile, "utf8")) as { packages: Record<string, LockedPackage> };
  return Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== "" && !dev && !devOptional && existsSync(path))
    .flatMap(([path]) => globSync(`${path}/**`, { exclude: (name) => name === `${path}/node_modules` }))
    .filter((path) => statSync(path).isFile());
}

/**
 * Those without what a machine with Linux on x64 and CUDA or Vulkan does not need: builds for other platforms, llama.cpp's sources, what
 * the other bundle holds, and CPU kernels but the named variants. All variants unless named: `cross-hardware` compares them.
 */
export function dependencyFiles(files: readonly string[], cpuVariants?: readonly string[]): string[] {
  const kept = files.filter((path) => {
    const build = /@node-llama-cpp\/([^/]+)\//.exec(path)?.[1];
    if (build !== undefined && !builds.includes(build)) return false;
    if (/\/node-(linux|win|darwin)-[^/]+\//.test(path)) return false;
    if (/\/libggml-cuda\.so$|\/gitRelease\.bundle$/.test(path)) return false;
    if (/\.(map|d\.ts|d\.mts|d\.cts|md)$/.test(path)) return false;
    const variant = /\/libggml-cpu-(\w+)\.so$/.exec(path)?.[1];
    return variant === undefined || cpuVariants === undefined || cpuVariants.includes(variant);
  });
  for (const variant of cpuVariants ?? [])
    if (!kept.some((path) => path.endsWith(`/libggml-cpu-${variant}.so`)))
      throw new RangeError(`CPU variant '${variant}': no such library among llama.cpp's`);
  return [...new Set(kept)].sort();
}

/** One line: the archive, its size, and the biggest files in it. */
export function oversize(archive: string, bytes: number, folder: string): string {
  const mib = (size: number) => `${(size / 2 ** 20).toFixed(1)} MiB`;
  const biggest = globSync("**", { cwd: folder })
    .map((path) => ({ path, stat: statSync(join(folder, path)) }))
    .filter(({ stat }) => stat.isFile())
    .sort((a, b) => b.stat.size - a.stat.size)
    .slice(0, 5)
    .map(({ path, stat }) => `${path} (${mib(stat.size)})`);
  return `${archive}: ${mib(bytes)}, more than the limit of ${mib(limitBytes)}; not kept. Unpacked, its biggest files are ${biggest.join(", ")}`;
}
