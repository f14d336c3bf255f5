import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/lab/results/manifest.ts";
import { describesHardware, distinctNames, machineOf, ranOnGpu } from "../../../src/lab/results/run-machine.ts";

function manifest({ cpu = "AMD EPYC", cores = 2, numerics = {} as object | null, resolved = {} }): Manifest {
  const machine = { platform: "Linux 6 x64", cpu, cores, memoryBytes: 1 };
  return { machine, numerics, experiment: { resolved } } as unknown as Manifest;
}
const onGpu = (numerics: object, resolved: object = {}) => ({ numerics, resolved: { gpu: "cuda", ...resolved } });

describe("the machine behind a run", () => {
  test.each([
    ["Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "Intel Xeon E5-2680 v4, haswell"],
    ["AMD EPYC 7B13 64-Core Processor", "AMD EPYC 7B13, haswell"],
    ["Processor", "Processor, haswell"],
  ])("is called by its processor, without what all are called besides: %s", (cpu, name) =>
    expect(machineOf(manifest({ cpu, numerics: { cpuKernels: "haswell" } })).names[0]).toBe(name),
  );

  test("is the processor alone where the system cannot tell the kernels", () =>
    expect(machineOf(manifest({ numerics: { cpuKernels: null } })).description).toBe("AMD EPYC, 2 cores, x64"));

  test("is the GPU where models ran on one, with the layers that were chosen", () => {
    const { names, description } = machineOf(
      manifest(onGpu({ gpu: "cuda", gpuDevices: ["NVIDIA X"], cpuKernels: "haswell" })),
    );
    expect(names[0]).toBe("NVIDIA X (cuda)");
    expect(description).toBe("NVIDIA X (cuda); AMD EPYC, 2 cores, haswell kernels, x64");
    const two = onGpu({ gpu: "vulkan", gpuDevices: ["NVIDIA X", "NVIDIA X"] }, { gpuLayers: 20 });
    expect(machineOf(manifest(two)).names[0]).toBe("2 x NVIDIA X (vulkan), 20 layers");
  });

  test("is the GPU of one of the machines that an experiment compares", () => {
    const machines = [{ name: "CPU" }, { name: "GPU", gpu: "cuda" }];
    const numerics = { gpu: "off", machines: { CPU: { gpuDevices: [] }, GPU: { gpuDevices: ["NVIDIA X"] } } };
    expect(machineOf(manifest({ numerics, resolved: { machines } })).names[0]).toBe("NVIDIA X");
  });

  test("is no GPU where a driver runs a GPU's programs on the processor", () => {
    const devices = (...gpuDevices: string[]) => manifest(onGpu({ gpuDevices }, { gpu: "vulkan" }));
    expect(ranOnGpu(devices("llvmpipe (LLVM 15.0.6, 256 bits)"))).toBe(false);
    expect(ranOnGpu(devices("Some GPU", "llvmpipe (LLVM 15.0.6, 256 bits)"))).toBe(true);
    expect(ranOnGpu(manifest({ numerics: { gpuDevices: [] } }))).toBe(false);
  });

  test("is no machine's matter where numbers follow from settings alone", () => {
    expect(describesHardware(manifest({ numerics: null }))).toBe(false);
    expect(describesHardware(manifest({ numerics: { threads: 1 } }))).toBe(false);
    expect(describesHardware(manifest({ numerics: { cpuKernels: "haswell" } }))).toBe(true);
  });
});

test("machines are told apart by the least that does it", () => {
  const epyc = machineOf(manifest({ numerics: { cpuKernels: "haswell" } }));
  const older = machineOf(manifest({ numerics: { cpuKernels: "ivybridge" } }));
  const wider = machineOf(manifest({ cores: 8, numerics: { cpuKernels: "haswell" } }));
  expect(distinctNames([epyc, older])).toEqual(["AMD EPYC, haswell", "AMD EPYC, ivybridge"]);
  expect(distinctNames([epyc, older, wider])).toEqual([
    "AMD EPYC, haswell, 2 cores",
    "AMD EPYC, ivybridge",
    "AMD EPYC, haswell, 8 cores",
  ]);
  // The same machine twice is one.
  expect(distinctNames([epyc, epyc])).toEqual(["AMD EPYC, haswell", "AMD EPYC, haswell"]);
});
