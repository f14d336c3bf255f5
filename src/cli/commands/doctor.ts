import { globSync } from "node:fs";
import type { CommandModule } from "yargs";
import type { Cli } from "../cli.ts";
import { reportErrors } from "../errors.ts";
import { embeddedFolder } from "../terminal.ts";

interface Finding {
  readonly what: string;
  readonly state: "ok" | "note" | "WRONG";
  readonly detail: string;
}

export const doctorCommand = (cli: Cli): CommandModule<unknown, { json: boolean }> => ({
  command: "doctor",
  describe: "Check this installation: llama.cpp, devices, models; exit code 1 if something is wrong",
  builder: (yargs) =>
    yargs.option("json", { type: "boolean", default: false, describe: "print JSON" }).example("$0 doctor", ""),
  handler: ({ json }) =>
    reportErrors(cli, async () => {
      const findings = [
        ...(await runtime()),
        ...(await engine()),
        ...(await driver()),
        ...(await gpus()),
        ...(await modelFindings(embeddedFolder)),
      ];
      if (json) cli.print(JSON.stringify(findings, null, 1));
      else
        for (const { what, state, detail } of findings) cli.print(`${state.padEnd(5)}  ${what.padEnd(14)} ${detail}`);
      if (findings.some(({ state }) => state === "WRONG")) cli.exitCode = 1;
    }),
});

async function runtime(): Promise<Finding[]> {
  const { describeMachine } = await import("../../lab/results/provenance.ts");
  const { openRaplMeter } = await import("../../inference/rapl-meter.ts");
  const { platform, cpu, cores, memoryBytes } = describeMachine();
  const readable = openRaplMeter() !== null;
  return [
    { what: "Node", state: "ok", detail: `${process.version} (${process.execPath})` },
    {
      what: "machine",
      state: "ok",
      detail: `${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB, ${platform}`,
    },
    {
      what: "power",
      state: readable ? "ok" : "note",
      detail: readable
        ? "the processor's can be read through rapl"
        : "the processor's cannot be read here (no RAPL): profiles made on it will hold no watts",
    },
  ];
}

async function engine(): Promise<Finding[]> {
  const { Backend } = await import("../../inference/backend.ts");
  try {
    const backend = await Backend.open("off");
    const { engineRelease, cpuKernels, cpuFeatures } = await backend.describe();
    await backend.close();
    return [
      { what: "llama.cpp", state: "ok", detail: `${engineRelease}, CPU kernels: ${cpuKernels ?? "unknown"}` },
      { what: "CPU features", state: "ok", detail: cpuFeatures.replace(/^CPU : | \|$/g, "").replaceAll(" = 1", "") },
    ];
  } catch (error) {
    return [{ what: "llama.cpp", state: "WRONG", detail: (error as Error).message }];
  }
}

async function gpus(): Promise<Finding[]> {
  const { Backend } = await import("../../inference/backend.ts");
  const findings: Finding[] = [];
  for (const gpu of process.platform === "darwin" ? (["metal"] as const) : (["cuda", "vulkan"] as const)) {
    try {
      const backend = await Backend.open(gpu);
      const { gpuDevices } = await backend.describe();
      const { freeBytes, totalBytes } = (await backend.gpuMemory())!;
      const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
      const memory = `${gib(freeBytes)} of ${gib(totalBytes)} GiB free`;
      findings.push({ what: gpu, state: "ok", detail: `${gpuDevices.join(", ")}; ${memory}` });
      await backend.close();
    } catch (error) {
      const absent = (error as { code?: unknown }).code === "gpu-absent";
      const detail = absent ? `not usable: ${whyNotUsable(gpu)}` : (error as Error).message;
      findings.push({ what: gpu, state: "note", detail });
    }
  }
  return findings;
}

/** What the NVIDIA driver says is there, whether llama.cpp can use it or not; nothing where there is no driver. */
async function driver(): Promise<Finding[]> {
  const { nvidiaBoards } = await import("../../inference/nvidia-boards.ts");
  return nvidiaBoards().map(({ name, driverVersion, memoryMib, computeCapability }) => ({
    what: "NVIDIA board",
    state: "ok",
    detail: `${name}, ${memoryMib} MiB, compute capability ${computeCapability}, driver ${driverVersion}`,
  }));
}

/** Device files tell that the system has a GPU, whatever llama.cpp makes of it. */
function deviceFiles(gpu: keyof typeof ownTools): string[] {
  if (gpu === "cuda") return globSync("/dev/nvidia[0-9]*");
  return gpu === "vulkan" ? [...globSync("/dev/dri/renderD*"), ...globSync("/dev/nvidia[0-9]*")] : [];
}

const ownTools = { cuda: "nvidia-smi", vulkan: "vulkaninfo", metal: "system_profiler" } as const;

const remedies = {
  cuda: "the driver must be new enough for the CUDA of the build, and the loader must find libcudart and libcublas (LD_LIBRARY_PATH)",
  vulkan: "the loader must find libvulkan.so.1 and a driver's ICD file",
  metal: "see that macOS is up to date",
} as const;

/** node-llama-cpp only says that it found nothing that works; whether a build is installed tells the two reasons apart. */
function whyNotUsable(gpu: keyof typeof ownTools): string {
  const platforms: Readonly<Record<string, string>> = { win32: "win", darwin: "mac" };
  const target = `${platforms[process.platform] ?? process.platform}-${process.arch}`;
  try {
    import.meta.resolve(`@node-llama-cpp/${target}-${gpu}`);
  } catch {
    return `no llama.cpp build for it is installed; 'npm ci' installs one if there is one for ${target}, else use the CPU`;
  }
  const files = deviceFiles(gpu);
  if (files.length > 0)
    return `no device or driver found that its llama.cpp build works with, though the system has ${files.join(", ")}: ${remedies[gpu]}, else use the CPU`;
  return `no device or driver found that its llama.cpp build works with; see that '${ownTools[gpu]}' lists a device, else use the CPU`;
}

/** Whether the models of a folder are those of its manifest. */
export async function modelFindings(folder: string): Promise<Finding[]> {
  const { readManifest } = await import("../../inference/model-file-manifest.ts");
  const { modelIdentity } = await import("../../inference/model-file.ts");
  const { join } = await import("node:path");
  const findings: Finding[] = [];
  for (const [name, { root }] of await readManifest(folder)) {
    try {
      const found = await modelIdentity(join(folder, name));
      const same = found.root === root;
      const detail = same ? `whole, root ${root.slice(0, 16)}...` : `damaged; ${restore}`;
      findings.push({ what: "model", state: same ? "ok" : "WRONG", detail: `${name}: ${detail}` });
    } catch (error) {
      findings.push({ what: "model", state: "WRONG", detail: (error as Error).message });
    }
  }
  if (findings.length === 0)
    findings.push({ what: "model", state: "WRONG", detail: `${folder}manifest.json: lists none; ${restore}` });
  return findings;
}

const restore = "restore it with 'git checkout models'";
