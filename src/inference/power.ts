import type { EnergyMeter } from "./energy-meter.ts";
import type { Gpu } from "./numerics.ts";
import { openNvidiaMeter } from "./nvidia-meter.ts";
import { openRaplMeter } from "./rapl-meter.ts";

const noMeter: EnergyMeter = {
  source: "none",
  leastSeconds: 0,
  readJoules: async () => null,
  close: () => {},
};

/**
 * The meter of what does the work: on CUDA the boards, otherwise the processor. Another GPU has none: the processor's watts
 * while a GPU works would be a wrong figure.
 */
export async function openEnergyMeter(gpu: Gpu): Promise<EnergyMeter> {
  if (gpu === "cuda") return (await openNvidiaMeter()) ?? noMeter;
  return (gpu === "off" ? openRaplMeter() : null) ?? noMeter;
}
