import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { nvidiaBoards } from "../../src/inference/nvidia-boards.ts";
import { putNvidiaSmiOnPath } from "../support/fake-nvidia-smi.ts";
import { scratchFolder } from "./gguf/scratch.ts";

const folder = scratchFolder();
let takeAway = (): void => {};
afterEach(() => takeAway());

test("boards are those that nvidia-smi lists, with driver and memory", () => {
  takeAway = putNvidiaSmiOnPath(
    join(folder, "two"),
    "echo 'NVIDIA A, 580.65.06, 81559, 9.0'; echo 'NVIDIA B, 580.65.06, 24564, 8.9'",
  );
  expect(nvidiaBoards()).toEqual([
    { name: "NVIDIA A", driverVersion: "580.65.06", memoryMib: "81559", computeCapability: "9.0" },
    { name: "NVIDIA B", driverVersion: "580.65.06", memoryMib: "24564", computeCapability: "8.9" },
  ]);
});

test("a tool that finds no driver lists none", () => {
  takeAway = putNvidiaSmiOnPath(join(folder, "broken"), "echo 'NVIDIA-SMI has failed'; exit 9");
  expect(nvidiaBoards()).toEqual([]);
});
