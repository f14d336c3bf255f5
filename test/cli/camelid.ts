/** The command line as a user types it: its two streams and its exit code. */
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { Readable, Writable } from "node:stream";

export const draft = "models/tales-draft-f16.gguf";
export const draftQ8 = "models/tales-draft-q8_0.gguf";

export interface Ended {
  readonly out: string;
  readonly err: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
}

/** In this process. A test of signals, of a kill or of the streams themselves wants `start`. */
export function camelid(...args: string[]): Promise<Ended> {
  return fed("", ...args);
}

/** As `camelid`, with something on standard input. */
export async function fed(input: string, ...args: string[]): Promise<Ended> {
  let [out, err] = ["", ""];
  const io = Object.assign(new EventEmitter(), {
    stdin: Readable.from([input]),
    stdout: sink((text) => {
      out += text;
    }),
    stderr: sink((text) => {
      err += text;
    }),
    exitCode: 0,
  });
  // Some of what the program says follows from the folder that it is started in.
  const { main } = await import("../../src/cli/main.ts");
  await main(args, io);
  if (io.listenerCount("SIGINT") + io.listenerCount("SIGTERM") > 0) throw new Error("a listener of signals is left");
  return { out, err, code: io.exitCode };
}

function sink(take: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      take(String(chunk));
      done();
    },
  });
}

/** In a process of its own. */
export function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ["src/cli/camelid.mjs", ...args], {
    env: { ...process.env, NO_COLOR: "1" },
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
