import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InferenceError, type InferenceErrorCode } from "../errors.ts";
import type { Gpu } from "../numerics.ts";
import type { Engine, Evidence } from "../transcript.ts";
import type { ContinuationOptions, ContinuationRequest } from "../transcript-generation.ts";
import { makeKernelFolder, removeKernelFolder } from "./kernel-folder.ts";
import type { ClaimToScore, ContextOrder, Order, Report } from "./messages.ts";

/** Which machine is meant, of those that this one can be. */
export interface MachineChoice {
  readonly gpu?: Gpu | undefined;
  /** Null or absent: the best that this processor has; not to be chosen beside a GPU. */
  readonly cpuKernels?: string | null | undefined;
  /** Variables that llama.cpp reads, beside those of this process: they choose devices and kernels. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

interface Waiting {
  readonly resolve: (report: Report) => void;
  readonly reject: (error: unknown) => void;
}

type Work = Extract<Order, { kind: "generate" }> | Extract<Order, { kind: "score" }>;
type WorkToSend = Work extends infer Each ? (Each extends Work ? Omit<Each, "id"> : never) : never;

/**
 * llama.cpp as another machine runs it, in a child process: on another CPU's kernel library (Linux x64), or on a GPU beside work that
 * stays on the CPU.
 */
export class MachineProcess {
  readonly name: string;
  readonly engine: Engine;
  readonly #folder: string | null;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #orders = 0;

  private constructor(name: string, engine: Engine, folder: string | null, child: ChildProcess) {
    this.name = name;
    this.engine = engine;
    this.#folder = folder;
    this.#child = child;
    child.on("message", (report: Report) => this.#take(report));
    child.on("exit", () => this.#fail(this.#ended()));
  }

  /**
   * Errors: `kernels-absent` where there is no such library, or this CPU cannot run it; `gpu-absent`; `bad-request` for kernels
   * beside a GPU.
   */
  static async open({ gpu = "off", cpuKernels = null, environment = {} }: MachineChoice): Promise<MachineProcess> {
    if (cpuKernels !== null && gpu !== "off")
      throw new InferenceError("bad-request", `CPU kernels '${cpuKernels}' beside a GPU: leave one of them out`);
    const folder = cpuKernels === null ? null : makeKernelFolder(cpuKernels);
    const child = fork(
      join(folder ?? project, "src/inference/other-machines/worker.ts"),
      [gpu, ...(folder ? [folder] : [])],
      {
        cwd: folder ?? project,
        env: { ...process.env, ...environment },
        execArgv: ["--preserve-symlinks", "--preserve-symlinks-main", "--disable-warning=ExperimentalWarning"],
        // Evidence is typed arrays.
        serialization: "advanced",
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      },
    );
    const report = await new Promise<Report | null>((resolve) => {
      child.once("message", resolve);
      child.once("exit", () => resolve(null));
    });
    if (report?.kind === "ready" && (cpuKernels === null || report.engine.cpuKernels === cpuKernels))
      return new MachineProcess(
        cpuKernels === null ? backendName(gpu) : `CPU kernels '${cpuKernels}'`,
        report.engine,
        folder,
        child,
      );
    child.kill("SIGKILL");
    if (folder !== null) removeKernelFolder(folder);
    if (cpuKernels === null)
      throw new InferenceError(
        gpu === "off" ? "backend-missing" : "gpu-absent",
        report?.kind === "unready" ? report.message : `${backendName(gpu)}: its process ended at once`,
      );
    throw new InferenceError(
      "kernels-absent",
      `CPU kernels '${cpuKernels}' do not run on this machine's processor; take others, or where an experiment has them stored transcripts (--inference store-only)`,
      { cause: report },
    );
  }

  /** As `continueOutputs` in a context of its own; a steering cannot cross over to another process. */
  async continueOutputs(
    context: ContextOrder,
    requests: readonly ContinuationRequest[],
    { signal, shape = {} }: ContinuationOptions = {},
  ): Promise<number[][]> {
    if (requests.some(({ steering }) => steering !== undefined))
      throw new InferenceError("bad-request", `${this.name} in another process cannot be steered`);
    const report = await this.#ask({ kind: "generate", context, requests, shape }, signal);
    return (report as Extract<Report, { kind: "generated" }>).outputs;
  }

  /** As `scoreClaim`, one claim after the other. */
  async scoreClaims(
    context: ContextOrder,
    claims: readonly ClaimToScore[],
    signal?: AbortSignal,
  ): Promise<readonly Evidence[]> {
    const report = await this.#ask({ kind: "score", context, claims }, signal);
    return (report as Extract<Report, { kind: "scored" }>).evidence;
  }

  async #ask(work: WorkToSend, signal: AbortSignal | undefined): Promise<Report> {
    signal?.throwIfAborted();
    const id = this.#orders++;
    const abort = () => this.#send({ kind: "abort", id });
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise<Report>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        if (this.#child.exitCode !== null || this.#child.signalCode !== null) this.#fail(this.#ended());
        else this.#send({ ...work, id });
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
    if (this.#folder !== null) removeKernelFolder(this.#folder);
  }

  #send(order: Order): void {
    if (this.#child.connected) this.#child.send(order);
  }

  #take(report: Report): void {
    if (report.kind === "ready" || report.kind === "unready") return;
    const waiting = this.#waiting.get(report.id);
    this.#waiting.delete(report.id);
    if (report.kind !== "failed") waiting?.resolve(report);
    else waiting?.reject(new InferenceError(report.code as InferenceErrorCode, report.message));
  }

  #fail(error: InferenceError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #ended(): InferenceError {
    const { exitCode, signalCode } = this.#child;
    const how = signalCode ?? `exit code ${exitCode}`;
    return new InferenceError("kernels-absent", `the process with ${this.name} ended (${how})`);
  }
}

const project = fileURLToPath(new URL("../../../", import.meta.url));

function backendName(gpu: Gpu): string {
  return gpu === "off" ? "the CPU" : `GPU backend '${gpu}'`;
}
