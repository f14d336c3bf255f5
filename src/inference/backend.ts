import { readFileSync } from "node:fs";
import type { Llama } from "node-llama-cpp";
import { InferenceError } from "./errors.ts";
import { LanguageModel, type LoadOptions } from "./language-model.ts";
import { type LlamaLibrary, openLibrary } from "./native/library.ts";
import type { Gpu } from "./numerics.ts";

/** What actually runs, for the manifest: two backends with equal descriptions give equal logits. */
export interface BackendDescription {
  readonly engine: string;
  readonly engineRelease: string;
  readonly gpu: Gpu;
  readonly gpuDevices: readonly string[];
  /** The CPU kernel library that llama.cpp chose, e.g. `sapphirerapids`; null where the system cannot tell. */
  readonly cpuKernels: string | null;
  readonly cpuFeatures: string;
}

/** llama.cpp, started. Start-up takes about 300 ms; a process needs one. */
export class Backend {
  readonly gpu: Gpu;
  readonly #llama: Llama;
  readonly #library: LlamaLibrary;
  readonly #complaints: string[];
  readonly #models = new Set<LanguageModel>();

  private constructor(llama: Llama, library: LlamaLibrary, gpu: Gpu, complaints: string[]) {
    this.#llama = llama;
    this.#library = library;
    this.gpu = gpu;
    this.#complaints = complaints;
  }

  /**
   * Opens the prebuilt llama.cpp that npm installed; nothing is built or downloaded. `auto` takes a GPU if one works and
   * says so in `describe()`; a GPU asked for by name and absent is the error `gpu-absent`, never a CPU run.
   */
  static async open(gpu: Gpu | "auto" = "off"): Promise<Backend> {
    const backend = await Backend.#load(gpu);
    // Vulkan's library alone, without a device, is enough for llama.cpp to load, and then it would compute on the CPU.
    if (backend.gpu === "off" || (await backend.#llama.getGpuDeviceNames()).length > 0) return backend;
    await backend.close();
    if (gpu === "auto") return Backend.#load("off");
    throw gpuAbsent(backend.gpu, "it lists no device");
  }

  static async #load(gpu: Gpu | "auto"): Promise<Backend> {
    const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
    const complaints: string[] = [];
    let llama: Llama;
    try {
      llama = await getLlama({
        gpu: gpu === "off" ? false : gpu,
        build: "never",
        skipDownload: true,
        progressLogs: false,
        maxThreads: 0, // no pool limit: each context's own `threads` is exact
        logLevel: LlamaLogLevel.error,
        // Not to the terminal, which it would garble: the last lines tell why a file was refused.
        logger: (_, line) => {
          complaints.push(line.trim());
          if (complaints.length > 8) complaints.shift();
        },
      });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
      if (gpu === "off" || gpu === "auto")
        throw new InferenceError(
          "backend-missing",
          `llama.cpp for ${process.platform}-${process.arch} does not load (${reason}). Run 'npm ci', then 'camelid doctor'.`,
          { cause },
        );
      throw gpuAbsent(gpu, reason, cause);
    }
    const opened = llama.gpu === false ? "off" : llama.gpu;
    // node-llama-cpp itself falls back to the CPU for a backend that its platform never has.
    if (gpu !== "auto" && gpu !== opened) {
      await llama.dispose();
      throw gpuAbsent(gpu, `llama.cpp opened '${opened}' instead`);
    }
    try {
      return new Backend(llama, openLibrary(llama.llamaCppRelease.release), opened, complaints);
    } catch (error) {
      await llama.dispose();
      throw error;
    }
  }

  /** Loads a GGUF file. Errors: as LanguageModel.load. */
  async loadModel(path: string, options: LoadOptions = {}): Promise<LanguageModel> {
    this.#complaints.length = 0;
    const loader = { library: this.#library, gpu: this.gpu, complaint: () => this.#complaint() };
    const model = await LanguageModel.load(loader, path, options);
    this.#models.add(model);
    return model;
  }

  /** llama.cpp's reason: the first of what it wrote before it said that loading failed. Its log arrives by the event loop. */
  async #complaint(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const reasons = this.#complaints.map((line) => line.replace(/^\w+: (error loading model: )?/, ""));
    return reasons.find((line) => line !== "") ?? "it does not say why";
  }

  async describe(): Promise<BackendDescription> {
    const { release, repo } = this.#llama.llamaCppRelease;
    return {
      engine: `llama.cpp (${repo}) by node-llama-cpp`,
      engineRelease: release,
      gpu: this.gpu,
      gpuDevices: this.gpu === "off" ? [] : await this.#llama.getGpuDeviceNames(),
      cpuKernels: loadedCpuKernels(),
      cpuFeatures: this.#llama.systemInfo.trim(),
    };
  }

  /** Memory of its GPU(s) in bytes, all together; null without one. */
  async gpuMemory(): Promise<{ readonly freeBytes: number; readonly totalBytes: number } | null> {
    if (this.gpu === "off") return null;
    const { free, total } = await this.#llama.getVramState();
    return { freeBytes: free, totalBytes: total };
  }

  /** Closes its models too. */
  async close(): Promise<void> {
    for (const model of this.#models) await model.close();
    await this.#llama.dispose();
  }
}

function gpuAbsent(gpu: Gpu, reason: string | undefined, cause?: unknown): InferenceError {
  return new InferenceError(
    "gpu-absent",
    `GPU backend '${gpu}' was asked for and does not work on this machine (${reason}). Use --gpu off, or see 'camelid doctor'.`,
    { cause },
  );
}

/** The package ships one kernel library per CPU family; Linux shows which of them is mapped into this process. */
function loadedCpuKernels(): string | null {
  try {
    return /libggml-cpu-(\w+)\.so/.exec(readFileSync("/proc/self/maps", "utf8"))?.[1] ?? null;
  } catch {
    return null;
  }
}
