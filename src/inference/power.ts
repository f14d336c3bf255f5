import { readFileSync } from "node:fs";

/** Where watts came from. `none`: this machine lets nobody read them, and no figure is made up. */
export type PowerSource = "rapl" | "none";

export interface EnergyMeter {
  readonly source: PowerSource;
  /** Joules of the processor package(s) since some fixed moment; null without a source, or when it falls silent. */
  readJoules(): number | null;
}

const raplFolder = "/sys/class/powercap";

/** Intel and AMD packages count their own energy (RAPL); Linux shows it, mostly to root only. */
export function openEnergyMeter(folder: string = raplFolder): EnergyMeter {
  const counters: Counter[] = [];
  for (;;) {
    const counter = openCounter(`${folder}/intel-rapl:${counters.length}`);
    if (counter === null) break;
    counters.push(counter);
  }
  if (counters.length === 0) return { source: "none", readJoules: () => null };
  return {
    source: "rapl",
    readJoules: () => {
      const readings = counters.map((counter) => counter());
      return readings.includes(null) ? null : readings.reduce((sum: number, reading) => sum + reading!, 0) / 1e6;
    },
  };
}

/** Microjoules of one package since its counter was opened; null when it cannot be read. */
type Counter = () => number | null;

function openCounter(folder: string): Counter | null {
  let last = readMicrojoules(`${folder}/energy_uj`);
  if (last === null) return null;
  const range = readMicrojoules(`${folder}/max_energy_range_uj`);
  let total = 0;
  return () => {
    const now = readMicrojoules(`${folder}/energy_uj`);
    if (now === null || last === null) return null;
    if (now < last && range === null) return null;
    // At the end of its range the counter starts again from zero: after some minutes at full load.
    total += now - last + (now < last ? range! : 0);
    last = now;
    return total;
  };
}

function readMicrojoules(path: string): number | null {
  try {
    const text = readFileSync(path, "utf8").trim();
    return /^\d+$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}
