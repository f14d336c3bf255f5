/** Tries in a child process what llama.cpp may answer by ending the process, so that it ends that one and the user reads a line. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InferenceError, type InferenceErrorCode } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";
import { printable } from "../model-file-error.ts";
import { knownReleases } from "../native/layout.ts";
import type { ProbeOrder, ProbeResult, ProbeStep } from "./order.ts";

// Of the checkout itself, also in a process that runs on links to it (other-machines/kernel-folder.ts).
const here = realpathSync(fileURLToPath(new URL(".", import.meta.url)));
const childFile = join(here, "child.ts");
const triedFolder = join(here, "../../../.cache/models-tried");
/** Raise it whenever the child tries something else. */
const revision = 1;

export interface ModelToTry {
  readonly path: string;
  /** Its root: what is known of a content need not be tried again. */
  readonly root: string;
  readonly architecture: string;
  /** One that the vocabulary must be able to spell; null where it need not be able to spell any. */
  readonly text: string | null;
}

/**
 * Throws unless llama.cpp loads the file and computes with it as with a causal decoder whose cache can be cut: InferenceError `not-a-decoder`,
 * `bad-logits`, or `model-file` where it would end the process. What llama.cpp refuses in words is left to whoever loads the file.
 */
export async function requireRuns({ path, root, architecture, text }: ModelToTry): Promise<void> {
  const passed = join(triedFolder, `${root}-${knownReleases.at(-1)}-${revision}`);
  if (existsSync(passed)) return;
  const { code, message } = refusalOf(await tried({ try: "model", path: resolve(path), text }));
  switch (code) {
    case null:
      return keep(passed);
    case "not-a-decoder":
      throw notADecoder(path, architecture, message);
    case "bad-logits":
      throw new InferenceError(
        code,
        `${path}: ${message}: it predicts no next token, or is damaged; choose another file`,
      );
    default:
      throw new InferenceError(code, `${path}: ${message}; choose another file`);
  }
}

export function notADecoder(path: string, architecture: string, reason: string): InferenceError {
  return new InferenceError(
    "not-a-decoder",
    `${path}: not a causal decoder with a cache that can be cut: architecture '${printable(architecture)}', ${reason}; ` +
      "choose a model that writes one token after the other, as those of llama, qwen or gemma do",
  );
}

/** Whether llama.cpp can turn a text into this model's tokens without ending the process. */
export function canTokenize(path: string, text: string): boolean {
  const order: ProbeOrder = { try: "text", path: resolve(path), text };
  const { stdout, stderr, signal } = spawnSync(process.execPath, childArguments, {
    ...childOptions,
    input: JSON.stringify(order),
    encoding: "utf8",
  });
  return refusalOf({ stdout, stderr, signal }).code === null;
}

const childArguments = ["--disable-warning=ExperimentalWarning", childFile];
// Without its own attempt at a stack, for which it would start a debugger.
const childOptions = { env: { ...process.env, GGML_NO_BACKTRACE: "1" }, maxBuffer: 2 ** 24 };

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly signal: NodeJS.Signals | null;
}

async function tried(order: ProbeOrder): Promise<Ended> {
  const child = spawn(process.execPath, childArguments, { ...childOptions, stdio: "pipe" });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text;
    });
  child.stdin.on("error", () => {}); // it ended before it had read its order: its end tells
  child.stdin.end(JSON.stringify(order));
  const signal = await new Promise<NodeJS.Signals | null>((settle, reject) => {
    child.on("error", reject);
    child.on("close", (_code, by) => settle(by));
  });
  return { ...said, signal };
}

type Refusal = { readonly code: InferenceErrorCode; readonly message: string };

/** What became of the order; `code` null: nothing is wrong. */
function refusalOf({ stdout, stderr, signal }: Ended): Refusal | { readonly code: null; readonly message: string } {
  const lines = stdout
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as ProbeStep | ProbeResult]));
  const last = lines.at(-1);
  if (last !== undefined && "result" in last)
    return last.result === "runs" ? { code: null, message: "" } : (last as Refusal);
  if (signal === "SIGINT" || signal === "SIGTERM" || signal === "SIGHUP")
    throw new DOMException("the process that tried the model was stopped", "AbortError");
  if (signal === "SIGKILL")
    return {
      code: "model-too-large",
      message: "the process that tried it was killed, as happens when memory runs out",
    };
  const step = last === undefined ? "starts" : last.step;
  return { code: "model-file", message: `llama.cpp ends its process when it ${step} (${lastWords(stderr)})` };
}

/** The assertion or exception that a process of llama.cpp ended with. */
export function lastWords(stderr: string): string {
  const assertion = /([\w.-]+:\d+: (?:GGML_ASSERT|GGML_ABORT|fatal)[^\n]*)/.exec(stderr)?.[1];
  const [, type, what] = /throwing an instance of '([^']+)'(?:\s+what\(\):\s*([^\n]*))?/.exec(stderr) ?? [];
  const exception = type && (what ? `${type}: ${what}` : type);
  return printable(assertion ?? exception ?? stderr.trim().split("\n").at(-1)! ?? "", 200) || "it does not say why";
}

function keep(passed: string): void {
  try {
    makeFolder(triedFolder);
    writeFileSync(passed, "");
  } catch {
    // Where nothing can be kept it is tried again.
  }
}
