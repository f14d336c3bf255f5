/** The command line as a user types it: a process of its own, its two streams and its exit code. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export const draft = "models/tales-draft-f16.gguf";
export const draftQ8 = "models/tales-draft-q8_0.gguf";

export interface Ended {
  readonly out: string;
  readonly err: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
}

/** What Node made of our sources once is not made again: a quarter of what a short run costs. */
const compileCache = resolve("node_modules/.cache/node-compile-cache");

export function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ["src/cli/camelid.mjs", ...args], {
    env: { ...process.env, NO_COLOR: "1", NODE_COMPILE_CACHE: compileCache },
  });
}

export async function ended(child: ChildProcess): Promise<Ended> {
  let out = "";
  let err = "";
  child.stdout!.on("data", (data) => {
    out += data;
  });
  child.stderr!.on("data", (data) => {
    err += data;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { out, err, code };
}

export function camelid(...args: string[]): Promise<Ended> {
  return ended(start(...args));
}

/** What a refusal looks like: exit code 2, nothing on stdout, one line on stderr, which is returned. */
export function refusalLine({ out, err, code }: Ended): string {
  const lines = err.trimEnd().split("\n");
  if (code !== 2 || out !== "" || lines.length !== 1 || !lines[0]!.startsWith("camelid: "))
    throw new Error(`expected a refusal in one line, got exit code ${code}\nstdout: ${out}\nstderr: ${err}`);
  return lines[0]!.slice("camelid: ".length);
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8")) as T;
}
