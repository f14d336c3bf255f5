import { readFileSync } from "node:fs";

/** Where watts came from. `none`: this machine lets nobody read them, and no figure is made up. */
export type PowerSource = "rapl" | "none";

export interface EnergyMeter {
  readonly source: PowerSource;
  /** Joules of the processor package(s) since some fixed moment; null without a source. */
  readJoules(): number | null;
}

const raplFolder = "/sys/class/powercap";

/** Intel and AMD packages count their own energy (RAPL); Linux shows it, mostly to root only. */
export function openEnergyMeter(folder: string = raplFolder): EnergyMeter {
  const packages: string[] = [];
  for (let i = 0; readMicrojoules(`${folder}/intel-rapl:${i}/energy_uj`) !== null; i++)
    packages.push(`${folder}/intel-rapl:${i}/energy_uj`);
  if (packages.length === 0) return { source: "none", readJoules: () => null };
  return {
    source: "rapl",
    readJoules: () => packages.reduce((sum, path) => sum + (readMicrojoules(path) ?? 0), 0) / 1e6,
  };
}

function readMicrojoules(path: string): number | null {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
