import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { InferenceError, type InferenceErrorCode } from "../errors.ts";
import type { ContinuationOptions, ContinuationRequest } from "../transcript-generation.ts";
import { makeKernelFolder, removeKernelFolder } from "./kernel-folder.ts";
import type { ContextOrder, Order, Report } from "./messages.ts";

interface Waiting {
  readonly resolve: (outputs: number[][]) => void;
  readonly reject: (error: unknown) => void;
}

/** llama.cpp on another CPU's kernel library, in a child process: other hardware on one machine. Linux x64. */
export class KernelProcess {
  readonly kernels: string;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #orders = 0;

  private constructor(kernels: string, folder: string, child: ChildProcess) {
    this.kernels = kernels;
    this.#folder = folder;
    this.#child = child;
    child.on("message", (report: Report) => this.#take(report));
    child.on("exit", () => this.#fail(this.#ended()));
  }

  /** Errors: `kernels-absent` where there is no such library, or this CPU cannot run it. */
  static async open(kernels: string): Promise<KernelProcess> {
    const folder = makeKernelFolder(kernels);
    const child = fork(join(folder, "src/inference/cpu-kernels/worker.ts"), [], {
      cwd: folder,
      execArgv: ["--preserve-symlinks", "--preserve-symlinks-main", "--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const report = await new Promise<Report | null>((resolve) => {
      child.once("message", resolve);
      child.once("exit", () => resolve(null));
    });
    if (report?.kind === "ready" && report.cpuKernels === kernels) return new KernelProcess(kernels, folder, child);
    child.kill("SIGKILL");
    removeKernelFolder(folder);
    throw new InferenceError(
      "kernels-absent",
      `CPU kernels '${kernels}' do not run on this machine's processor; take others, or stored transcripts (--inference store-only)`,
      { cause: report },
    );
  }

  /** As `continueOutputs` in a context of its own; a steering cannot cross over to another process. */
  async continueOutputs(
    context: ContextOrder,
    requests: readonly ContinuationRequest[],
    { signal, shape = {} }: ContinuationOptions = {},
  ): Promise<number[][]> {
    signal?.throwIfAborted();
    if (requests.some(({ steering }) => steering !== undefined))
      throw new InferenceError("bad-request", `CPU kernels '${this.kernels}' in another process cannot be steered`);
    const id = this.#orders++;
    const abort = () => this.#send({ kind: "abort", id });
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise<number[][]>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        if (this.#child.exitCode !== null || this.#child.signalCode !== null) this.#fail(this.#ended());
        else this.#send({ kind: "generate", id, context, requests, shape });
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Ends the process and removes its folder. */
  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = new Promise((resolve) => this.#child.once("exit", resolve));
      this.#child.kill("SIGKILL"); // it holds nothing that a farewell would save
      await ended;
    }
    removeKernelFolder(this.#folder);
  }

  #send(order: Order): void {
    if (this.#child.connected) this.#child.send(order);
  }

  #take(report: Report): void {
    if (report.kind === "ready" || report.kind === "unready") return;
    const waiting = this.#waiting.get(report.id);
    this.#waiting.delete(report.id);
    if (report.kind === "generated") waiting?.resolve(report.outputs);
    else waiting?.reject(new InferenceError(report.code as InferenceErrorCode, report.message));
  }

  #fail(error: InferenceError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #ended(): InferenceError {
    const { exitCode, signalCode } = this.#child;
    const how = signalCode ?? `exit code ${exitCode}`;
    return new InferenceError("kernels-absent", `the process with CPU kernels '${this.kernels}' ended (${how})`);
  }
}
