import { readFileSync } from "node:fs";
import type { EnergyMeter } from "./energy-meter.ts";

const raplFolder = "/sys/class/powercap";

/** Intel and AMD packages count their own energy (RAPL); Linux shows it, mostly to root only. Null where it does not. */
export function openRaplMeter(folder: string = raplFolder): EnergyMeter | null {
  const counters: Counter[] = [];
  for (;;) {
    const counter = openCounter(`${folder}/intel-rapl:${counters.length}`);
    if (counter === null) break;
    counters.push(counter);
  }
  if (counters.length === 0) return null;
  return {
    source: "rapl",
    leastSeconds: 0,
    readJoules: async () => {
      const readings = counters.map((counter) => counter());
      return readings.includes(null) ? null : readings.reduce((sum: number, reading) => sum + reading!, 0) / 1e6;
    },
    close: () => {},
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
