import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEnergyMeter } from "../../src/inference/power.ts";
import { scratchFolder } from "./gguf/scratch.ts";

const folder = scratchFolder();

/** Writes a counter as Linux shows it below /sys/class/powercap. */
function setCounter(machine: string, processor: number, microjoules: string, maximum = "262143328850"): void {
  const place = join(folder, machine, `intel-rapl:${processor}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "energy_uj"), `${microjoules}\n`);
  writeFileSync(join(place, "max_energy_range_uj"), `${maximum}\n`);
}

test("a machine without counters gives no figure", () => {
  const meter = openEnergyMeter(join(folder, "none"));
  expect([meter.source, meter.readJoules()]).toEqual(["none", null]);
});

test("joules are the sum over the processor packages, as the counters go up", () => {
  setCounter("two", 0, "1500000");
  setCounter("two", 1, "500000");
  const meter = openEnergyMeter(join(folder, "two"));
  const before = meter.readJoules()!;
  setCounter("two", 0, "4500000");
  setCounter("two", 1, "1000000");
  expect(meter.source).toBe("rapl");
  expect(meter.readJoules()! - before).toBeCloseTo(3.5, 9);
});

test("a counter that starts again from zero goes on counting", () => {
  setCounter("wraps", 0, "9000000", "10000000");
  const meter = openEnergyMeter(join(folder, "wraps"));
  const before = meter.readJoules()!;
  setCounter("wraps", 0, "1000000", "10000000");
  expect(meter.readJoules()! - before).toBeCloseTo(2, 9);
});

test("a counter that cannot be read any more gives no figure, rather than a wrong one", () => {
  setCounter("lost", 0, "9000000");
  const meter = openEnergyMeter(join(folder, "lost"));
  setCounter("lost", 0, "");
  expect(meter.readJoules()).toBe(null);
});
