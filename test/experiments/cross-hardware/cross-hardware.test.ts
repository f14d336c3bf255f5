import { describe, expect, test } from "vitest";
import { cellsOfPrompts } from "../../../experiments/attack/cells.ts";
import type { AttackRow } from "../../../experiments/attack/rows.ts";
import { pairsOf } from "../../../experiments/cross-hardware/cells.ts";
import { crossHardwareSettings } from "../../../experiments/cross-hardware/settings.ts";
import { experimentRegistry } from "../../../experiments/index.ts";
import { readExperiment } from "../../../src/lab/experiment/file.ts";
import { toCsv } from "../../../src/lab/results/table.ts";
import { Sweep } from "../../../src/lab/runner/sweep.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";

const file = "experiments/cross-hardware/cross-hardware.yaml";
const schemas = { "cross-hardware": { settings: crossHardwareSettings } };
const resultsFolder = scratchFolder();
const { signal } = new AbortController();

describe("the plan", () => {
  test("everybody's outputs are verified by everybody; thresholds come from the first machine alone", () => {
    const machines = [{ name: "a" }, { name: "b" }];
    const names = (split: "calibration" | "evaluation") =>
      pairsOf(machines, split).map((pair) => pair.map(({ name }) => name).join());
    expect(names("evaluation")).toEqual(["a,a", "a,b", "b,a", "b,b"]);
    expect(names("calibration")).toEqual(["a,a"]);
  });

  test("each prompt is in one cell, and none both sets thresholds and is judged", () => {
    const { settings } = readExperiment(file, schemas, { preset: "full" });
    const cells = cellsOfPrompts(settings as never).filter(({ input }) => input.sampling === 0);
    const numbers = (split: string) =>
      cells.filter(({ input }) => input.split === split).flatMap(({ input }) => input.prompts);
    expect(numbers("evaluation")).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(numbers("calibration")).toEqual(Array.from({ length: 200 }, (_, i) => 100 + i));
  });
});

describe("settings", () => {
  const read = (machines: string) => () => readExperiment(file, schemas, { overrides: [`machines=${machines}`] });
  test.each([
    ["[{name: a}]", /machines: .*2/],
    ["[{name: a}, {name: a}]", /expected a name of its own for each/],
    ["[{name: a}, {name: b, gpu: cuda, gpuLayers: 99, cpuKernels: haswell}]", /expected either a gpu or cpuKernels/],
    ["[{name: a}, {name: b, gpu: cuda}]", /expected gpuLayers beside a gpu/],
  ])("%s is refused", (machines, expected) => expect(read(machines)).toThrow(expected));

  test.each([
    ["PATH", "x"],
    ["LD_PRELOAD", "x.so"],
    // Each of these loads a library that it names.
    ["GGML_BACKEND_PATH", "x.so"],
    ["GGML_BACKEND_DL_PROJECT", "x"],
    ["CUDA_INJECTION64_PATH", "x.so"],
    ["VK_DRIVER_FILES", "x.json"],
    ["VK_ICD_FILENAMES", "x.json"],
    ["VK_ADD_LAYER_PATH", "x"],
    ["GGML_VK_DISABLE_F16", "0"],
    ["GGML_VK_DISABLE_F16", "x.so"],
    ["GGML_VK_VISIBLE_DEVICES", "-1"],
    ["GGML_VK_VISIBLE_DEVICES", "../x"],
    ["CUDA_VISIBLE_DEVICES", "0,,1"],
  ])("%s=%s in a machine's environment is refused", (name, value) =>
    expect(read(`[{name: a}, {name: b, environment: {${name}: "${value}"}}]`)).toThrow(
      /machines\.1\.environment[^:]*: .*expected|machines\.1\.environment[^:]*: .*unknown/,
    ),
  );

  test("variables of a machine's process are text, as environments are", () => {
    const { settings } = readExperiment(file, schemas, { preset: "vulkan" });
    const environment = { GGML_VK_VISIBLE_DEVICES: "0", GGML_VK_DISABLE_F16: "1" };
    expect(settings["machines"]).toMatchObject([{ name: "CPU" }, { name: "Vulkan" }, { environment }]);
  });
});

test.runIf(process.platform === "linux" && process.arch === "x64")(
  "real outputs of two kernel families: each pair is judged, and a second run has the same rows",
  async () => {
    const overrides = [
      "models.target=models/tales-draft-f16.gguf",
      "machines=[{name: own}, {name: old, cpuKernels: sse42}]",
      "prompts.evaluation=2",
      "prompts.calibration=1",
      "tokenLimit=6",
      "samplings=[{name: greedy, temperature: 0, topK: 0, topP: 1, choice: gumbel, seeds: 1, detail: logits}]",
    ];
    const experiment = readExperiment(file, schemas, { overrides });
    const run = async () => {
      const sweep = new Sweep({ workers: 1 });
      const environment = { resultsFolder, signal, onProgress: () => {}, sweep };
      const { report, facts, discardJournal } = await experimentRegistry["cross-hardware"]!.run(
        experiment,
        environment,
      );
      discardJournal();
      expect(sweep.failures).toEqual([]);
      const { machines } = facts.numerics as { machines: Record<string, { cpuKernels: string }> };
      expect(Object.keys(machines)).toEqual(["own", "old"]);
      expect(machines["old"]!.cpuKernels).toBe("sse42");
      return report;
    };
    const report = await run();
    const rows = report.tables[0]!.rows as readonly AttackRow[];
    expect(rows.map(({ split, strategy, prompt }) => `${split} ${strategy} ${prompt}`)).toEqual([
      "calibration own alone 3",
      ...["own alone", "own, read by old", "old, read by own", "old alone"].flatMap((pair) =>
        [1, 2].map((prompt) => `evaluation ${pair} ${prompt}`),
      ),
    ]);
    for (const row of rows) expect(row).toMatchObject({ kind: "honest-variation", outputTokens: 6 });
    expect(report.verdicts.map(({ claim }) => claim)).toEqual(["C11"]);
    expect(toCsv((await run()).tables[0]!)).toBe(toCsv(report.tables[0]!));
  },
);
