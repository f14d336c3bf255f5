import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, cpus, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** What program made a result. */
export interface Software {
  readonly camelid: string;
  /** Commit of the checkout; null outside of one. */
  readonly commit: string | null;
  /** Whether files differed from that commit; null outside of a checkout. */
  readonly dirty: boolean | null;
  readonly node: string;
  /** Installed version of each package we depend on; null where one is not installed. */
  readonly packages: Readonly<Record<string, string | null>>;
}

/** What machine made it. */
export interface Machine {
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

export function describeSoftware(root: string = projectRoot): Software {
  const manifest = readJson(`${root}/package.json`);
  const commit = git(root, "rev-parse", "HEAD");
  return {
    camelid: String(manifest?.["version"]),
    commit,
    dirty: commit === null ? null : git(root, "status", "--porcelain") !== "",
    node: process.version,
    packages: Object.fromEntries(
      Object.keys((manifest?.["dependencies"] as object | undefined) ?? {}).map((name) => [
        name,
        (readJson(`${root}/node_modules/${name}/package.json`)?.["version"] as string | undefined) ?? null,
      ]),
    ),
  };
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    platform: `${type()} ${release()} ${arch()}`,
    cpu: processors[0]?.model.trim() || "unknown",
    cores: processors.length,
    memoryBytes: totalmem(),
  };
}

function git(root: string, ...command: string[]): string | null {
  try {
    // `git status` would write the index anew, and killed meanwhile leave a lock in the user's repository.
    return execFileSync("git", ["--no-optional-locks", "-C", root, ...command], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return null;
  }
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
