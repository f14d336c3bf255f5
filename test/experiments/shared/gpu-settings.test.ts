import { expect, test } from "vitest";
import { recordedGpuLayers } from "../../../experiments/shared/gpu-settings.ts";

test("a manifest tells the layers on the GPU: none without one, as many as were asked for, or all", () => {
  expect(recordedGpuLayers("off", {})).toBe(0);
  expect(recordedGpuLayers("off", { gpuLayers: 99 })).toBe(0);
  expect(recordedGpuLayers("vulkan", { gpuLayers: 3 })).toBe(3);
  expect(recordedGpuLayers("cuda", {})).toBe("all");
});
