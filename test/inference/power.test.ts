import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEnergyMeter } from "../../src/inference/power.ts";
import { openRaplMeter } from "../../src/inference/rapl-meter.ts";
import { scratchFolder } from "./gguf/scratch.ts";

const folder = scratchFolder();

/** Writes a counter as Linux shows it below /sys/class/powercap. */
function setCounter(machine: string, processor: number, microjoules: string, maximum = "262143328850"): void {
  const place = join(folder, machine, `intel-rapl:${processor}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "energy_uj"), `${microjoules}\n`);
  writeFileSync(join(place, "max_energy_range_uj"), `${maximum}\n`);
}

test("a machine without counters has no meter", () => {
  expect(openRaplMeter(join(folder, "none"))).toBe(null);
});

test("where a GPU works that has no meter, the processor's watts are not taken for it", async () => {
  const meter = await openEnergyMeter("vulkan");
  expect([meter.source, await meter.readJoules()]).toEqual(["none", null]);
});

test("joules are the sum over the processor packages, as the counters go up", async () => {
  setCounter("two", 0, "1500000");
  setCounter("two", 1, "500000");
  const meter = openRaplMeter(join(folder, "two"))!;
  const before = (await meter.readJoules())!;
  setCounter("two", 0, "4500000");
  setCounter("two", 1, "1000000");
  expect(meter.source).toBe("rapl");
  expect((await meter.readJoules())! - before).toBeCloseTo(3.5, 9);
});

test("a counter that starts again from zero goes on counting", async () => {
  setCounter("wraps", 0, "9000000", "10000000");
  const meter = openRaplMeter(join(folder, "wraps"))!;
  const before = (await meter.readJoules())!;
  setCounter("wraps", 0, "1000000", "10000000");
  expect((await meter.readJoules())! - before).toBeCloseTo(2, 9);
});

test("a counter that cannot be read any more gives no figure, rather than a wrong one", async () => {
  setCounter("lost", 0, "9000000");
  const meter = openRaplMeter(join(folder, "lost"))!;
  setCounter("lost", 0, "");
  expect(await meter.readJoules()).toBe(null);
});
