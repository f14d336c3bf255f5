import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { openNvidiaMeter } from "../../src/inference/nvidia-meter.ts";
import { openEnergyMeter } from "../../src/inference/power.ts";
import { putNvidiaSmiOnPath } from "../support/fake-nvidia-smi.ts";
import { scratchFolder } from "./gguf/scratch.ts";

const folder = scratchFolder();
const [first, second] = ["GPU-6f1c2d0a-0001", "GPU-6f1c2d0a-0002"];

let takeAway = (): void => {};
afterEach(() => takeAway());

let scripts = 0;
function nvidiaSmi(script: string): void {
  takeAway();
  takeAway = putNvidiaSmiOnPath(join(folder, String(scripts++)), script);
}

/** Prints these lines again and again, as -lms does. */
const forever = (...lines: string[]) =>
  `while :; do ${lines.map((line) => `echo "${line}"`).join("; ")}; sleep 0.05; done`;

test("energy of two boards is their watts together times the time between two readings", async () => {
  nvidiaSmi(forever(`${first}, 61.25`, `${second}, 38.75`));
  const meter = await openEnergyMeter("cuda");
  const startMs = performance.now();
  const before = meter.readJoules();
  await sleep(170);
  const seconds = (performance.now() - startMs) / 1000;
  const [start, end] = await Promise.all([before, meter.readJoules()]);
  meter.close();
  expect(meter.source).toBe("nvidia-smi");
  // The moments of the two readings and ours lie some microseconds apart.
  expect((end! - start!) / seconds).toBeCloseTo(100, 0);
});

test("asks for the momentary power, and on a driver that does not know it for power.draw", async () => {
  const log = join(folder, "calls");
  nvidiaSmi(
    `echo "$@" >> ${log}\ncase "$1" in *instant*) echo 'Field "power.draw.instant" is not a valid field to query.'; exit 2;; esac\n${forever(`${first}, 50`)}`,
  );
  const meter = (await openNvidiaMeter())!;
  meter.close();
  expect(readFileSync(log, "utf8").trimEnd().split("\n")).toEqual([
    "--query-gpu=uuid,power.draw.instant --format=csv,noheader,nounits -lms 100",
    "--query-gpu=uuid,power.draw --format=csv,noheader,nounits -lms 100",
  ]);
});

test.each([
  ["is absent", null],
  ["finds no driver", "echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'; exit 9"],
  ["ends without a word", "exit 0"],
  ["knows no watts of a board", forever(`${first}, 61.25`, `${second}, [N/A]`)],
])("a tool that %s is not used, and no figure is made up", async (_, script) => {
  if (script !== null) nvidiaSmi(script);
  const meter = await (script === null ? openNvidiaMeter(join(folder, "no-such-tool")) : openNvidiaMeter());
  expect(meter).toBe(null);
});

test.each([
  ["dies", "exit 1"],
  ["prints [N/A]", forever(`${first}, [N/A]`)],
])("a tool that %s half-way gives no figure from then on, rather than a wrong one", async (_, end) => {
  nvidiaSmi(
    `for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do echo "${first}, 61.25"; sleep 0.05; done\n${end}`,
  );
  const meter = (await openNvidiaMeter())!;
  expect(await meter.readJoules()).not.toBe(null);
  await expect.poll(() => meter.readJoules(), { timeout: 60_000, interval: 10 }).toBe(null);
  expect(await meter.readJoules()).toBe(null);
  meter.close();
});

test("the tool ends with the meter", async () => {
  const pid = join(folder, "pid");
  nvidiaSmi(`echo $$ > ${pid}\n${forever(`${first}, 50`)}`);
  const meter = (await openNvidiaMeter())!;
  const running = () => existsSync(`/proc/${readFileSync(pid, "utf8").trim()}/cmdline`);
  expect(running()).toBe(true);
  meter.close();
  await expect.poll(running, { timeout: 60_000 }).toBe(false);
});
