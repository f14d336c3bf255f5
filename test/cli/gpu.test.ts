/** `--gpu` of the commands that run experiments. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { experimentRegistry } from "../../experiments/index.ts";
import { readExperiment } from "../../src/lab/experiment/file.ts";
import { findExperimentFile } from "../../src/lab/experiment/find.ts";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { camelid, refusalLine } from "./camelid.ts";

const folder = scratchFolder();
/** No machine has both. */
const absent = process.platform === "darwin" ? "cuda" : "metal";

test.each(["figure-1", "verification-cost", "network", "false-reject"])(
  "a GPU that is asked for and absent stops %s before anything runs",
  async (name) => {
    const refused = await camelid("run", name, "--gpu", absent, "--out", join(folder, name));
    expect(refusalLine(refused)).toMatch(
      new RegExp(`^GPU backend '${absent}' was asked for and does not work on this machine .*Use --gpu off`),
    );
  },
);

test.each([
  [
    "a machine of cross-hardware",
    ["run", "experiments/cross-hardware/cross-hardware.yaml", "--preset", "gpu", "--set", `machines.1.gpu=${absent}`],
  ],
  [
    "a machine with variables of its own",
    [
      "run",
      "experiments/cross-hardware/cross-hardware.yaml",
      "--preset",
      "vulkan",
      "--set",
      `machines=[{name: CPU}, {name: GPU, gpu: ${absent}, gpuLayers: 1, environment: {GGML_CPU_DISABLE_FUSION: 1}}]`,
      "--dry-run",
    ],
  ],
  [
    "side B of a comparison",
    ["compare", "experiments/figure-1/figure-1.yaml", "--preset", "quick", "--b", `gpu=${absent}`],
  ],
  [
    "both sides",
    ["compare", "experiments/figure-1/figure-1.yaml", "--preset", "quick", "--b", "repeats=2", "--gpu", absent],
  ],
])("a GPU that %s asks for and that is absent stops it before anything runs", async (_, command) => {
  const out = join(folder, "asked");
  const refused = await camelid(...command, "--out", out);
  expect(refusalLine(refused)).toMatch(new RegExp(`^GPU backend '${absent}' was asked for`));
  expect(existsSync(out)).toBe(false);
});

test("a GPU that is asked for and absent stops a reproduction, whatever it would run", async () => {
  const refused = await camelid("reproduce", "--only", "token-cost", "--gpu", absent, "--out", join(folder, "all"));
  expect(refusalLine(refused)).toMatch(new RegExp(`^GPU backend '${absent}' was asked for`));
});

test("a profile without watts is refused in a line that says how to assume some, and results say that they are", async () => {
  const file = join(folder, "no-watts.json");
  const point = { batch: 1, depthTokens: 0, tokensPerSecond: 20, watts: null, joulesPerToken: null };
  const profile = {
    format: "camelid-hardware-profile/1",
    name: "mine",
    model: { name: "m", root: "0".repeat(64), bytes: 1 },
    backend: {},
    machine: {},
  };
  const points = { prefill: [{ ...point, tokensPerCall: 16 }], decode: [{ ...point, tokensPerCall: 1 }] };
  writeFileSync(file, JSON.stringify({ ...profile, ...points, powerSource: "none" }));
  const energy = [
    "run",
    "experiments/token-cost/energy.yaml",
    "--set",
    `machines.0.calibrated=${file}`,
    "--out",
    folder,
  ];
  expect(refusalLine(await camelid(...energy))).toBe(
    `machines.0: ${file}: profile mine: nobody could read its power, and no watts are given; assume some: --set machines.0.watts=65`,
  );
  const nowhere = join(folder, "nowhere.json");
  expect(refusalLine(await camelid(...energy, "--set", `machines.0.calibrated=${nowhere}`))).toBe(
    `${nowhere}: no such file; write it first: camelid calibrate --out ${nowhere}`,
  );
  expect((await camelid(...energy, "--set", "machines.0.watts=65")).out).toMatch(/^mine, watts assumed: \$/);
});

test("a kind that runs no model knows no GPU", async () => {
  const refused = await camelid("run", "experiments/token-cost/token-cost.yaml", "--gpu", "off");
  expect(refused.code).toBe(2);
  expect(refused.err).toContain("gpu");
});

test("transcripts want the number of layers on the GPU, which is part of what they are", async () => {
  const refused = await camelid(
    ...[
      "run",
      "experiments/network/network.yaml",
      "--inference",
      "store-only",
      "--gpu",
      "cuda",
      "--out",
      join(folder, "layers"),
    ],
  );
  expect(refusalLine(refused)).toMatch(/^gpuLayers: expected how many layers the GPU keeps, beside gpu cuda/);
});

test.each([
  ["figure-1-gpu", ["quick", "full"]],
  ["cross-hardware", ["quick", "full"]],
  ["energy", ["quick", "full"]],
])("%s is valid in every preset", (name, presets) => {
  for (const preset of presets) {
    const experiment = readExperiment(findExperimentFile(name), experimentRegistry, { preset });
    expect(experiment.name).toBe(name);
  }
});
