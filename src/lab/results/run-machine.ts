import type { Manifest } from "./manifest.ts";

/** The hardware behind a run's numbers, as its manifest describes it. */
export interface RunMachine {
  /** What it may be called, shortest first; each tells more than the one before. */
  readonly names: readonly [string, ...string[]];
  /** All that is known: equal for runs on the same hardware, and for no others. */
  readonly description: string;
}

/** The GPU where models ran on one, else the processor with the kernels that llama.cpp chose for it. */
export function machineOf(manifest: Manifest): RunMachine {
  const { cpu, cores, platform } = (manifest.machine ?? {}) as Partial<Manifest["machine"]>;
  // Somebody changed it: a machine of its own, and no reason to draw nothing.
  if (typeof cpu !== "string" || typeof platform !== "string") {
    const description = `machine not described (run of ${manifest.startedAt})`;
    return { names: [description], description };
  }
  const { cpuKernels } = backendOf(manifest);
  const processor = readable(cpu);
  const coresInWords = `${cores} ${cores === 1 ? "core" : "cores"}`;
  const kernels = cpuKernels ? [cpuKernels] : [];
  const architecture = platform.split(" ").at(-1)!;
  const description = [processor, coresInWords, ...kernels.map((family) => `${family} kernels`), architecture].join(
    ", ",
  );
  const gpu = gpuOf(manifest);
  if (gpu === null) {
    const named = [processor, ...kernels].join(", ");
    return { names: [named, `${named}, ${coresInWords}`, description], description };
  }
  return { names: [gpu, `${gpu}, ${processor}`, `${gpu}; ${description}`], description: `${gpu}; ${description}` };
}

/** Whether the manifest says what computed: of runs whose numbers depend on it. */
export function describesHardware({ numerics }: Manifest): boolean {
  return numerics !== null && ("cpuKernels" in numerics || "machines" in numerics);
}

/** A name for each machine that no other has, and no longer than that takes. */
export function distinctNames(machines: readonly RunMachine[]): string[] {
  return machines.map((machine) => {
    const others = machines.filter(({ description }) => description !== machine.description);
    const apart = machine.names.find((name, i) =>
      others.every((other) => (other.names[i] ?? other.description) !== name),
    );
    return apart ?? machine.description;
  });
}

/** Whether models ran on a GPU: all of them, or those of one of the machines that are compared. */
export function ranOnGpu(manifest: Manifest): boolean {
  const { gpuDevices = [] } = backendOf(manifest);
  return usesGpuBackend(manifest) && !(gpuDevices.length > 0 && gpuDevices.every(isProcessor));
}

/** Drivers that run a GPU's programs on the processor, as they call themselves: Mesa's and Google's. */
function isProcessor(device: string): boolean {
  return /llvmpipe|swiftshader/i.test(device);
}

function usesGpuBackend({ experiment }: Manifest): boolean {
  const { gpu, machines } = experiment.resolved as { gpu?: unknown; machines?: unknown };
  const on = (choice: unknown) => choice !== undefined && choice !== "off";
  return on(gpu) || (Array.isArray(machines) && machines.some((machine) => on((machine as { gpu?: unknown })?.gpu)));
}

/** "NVIDIA X (cuda)", "2 x NVIDIA X (cuda), 20 layers"; null for a run on the processor alone. */
function gpuOf(manifest: Manifest): string | null {
  if (!usesGpuBackend(manifest)) return null;
  const { gpu, gpuDevices = [] } = backendOf(manifest);
  const { gpuLayers } = manifest.experiment.resolved as { gpuLayers?: number };
  const counted = [...Map.groupBy(gpuDevices, (device) => device)].map(([device, all]) =>
    all.length === 1 ? readable(device) : `${all.length} x ${readable(device)}`,
  );
  const devices = counted.length === 0 ? "GPU" : counted.join(" + ");
  const backend = gpu === undefined || gpu === "off" ? "" : ` (${gpu})`;
  return `${devices}${backend}${gpuLayers === undefined ? "" : `, ${gpuLayers} layers`}`;
}

interface Backend {
  readonly gpu?: string;
  readonly gpuDevices?: readonly string[];
  readonly cpuKernels?: string | null;
}

/** An experiment that compares machines describes each of them. */
function backendOf({ numerics }: Manifest): Backend {
  const { machines, ...own } = (numerics ?? {}) as Backend & { readonly machines?: Readonly<Record<string, Backend>> };
  const compared = Object.values(machines ?? {}).flatMap(({ gpuDevices }) => gpuDevices ?? []);
  return compared.length === 0 ? own : { ...own, gpuDevices: [...new Set(compared)] };
}

/** Without trade marks, and what every processor is called besides. */
function readable(device: string): string {
  const words = device
    .replaceAll(/\((R|TM|C)\)/gi, "")
    .replaceAll(/\b(\d+-Core|CPU|Processor)\b/g, "")
    .replace(/@.*$/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  return words === "" ? device.trim() : words;
}
