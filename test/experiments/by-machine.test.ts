import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BetweenMachines } from "../../experiments/figure-1/between-machines.ts";
import { largerModel, type Machine, smallModel } from "../../experiments/figure-1/sample.ts";
import { experimentRegistry } from "../../experiments/index.ts";
import { joinByMachine } from "../../src/lab/by-machine/join.ts";
import { listRuns } from "../../src/lab/results/list-runs.ts";
import { scratchFolder } from "../support/scratch.ts";
import { crossHardwareRun, figure1Run, tokenCostRow, tokenCostRun } from "./made-up-machines.ts";

const scratch = scratchFolder();
const joinedIn = (results: string) => joinByMachine(experimentRegistry, listRuns(results));
const faster = (machine: Machine): Machine => ({ ...machine, generateMsPerToken: machine.generateMsPerToken / 2 });
const amd = { cpu: "AMD EPYC 7B13 64-Core Processor", numerics: { cpuKernels: "haswell" } };
const gpu = {
  resolved: { gpu: "cuda" },
  numerics: { gpu: "cuda", gpuDevices: ["NVIDIA Some GPU"] },
  startedAt: "2026-02-02T00:00:00.000Z",
};

test("times of one model on two processors stand in one figure, and every claim has a verdict for each", () => {
  const results = join(scratch, "two");
  figure1Run(results, "xeon", [smallModel]);
  figure1Run(results, "epyc", [faster(smallModel)], amd);
  const [joined, ...more] = joinedIn(results);
  expect(more).toEqual([]);
  expect(joined!.machines.map(({ name }) => name)).toEqual(["AMD EPYC 7B13, haswell", "Intel Xeon, sapphirerapids"]);
  expect(joined!.machines[0]!.description).toBe("AMD EPYC 7B13, 2 cores, haswell kernels, x64");
  expect(joined!.figures.map(({ name }) => name)).toEqual(["ratio-by-machine", "time-by-machine"]);
  expect(joined!.figures[1]!.description).toMatch(
    /small, at 1000 tokens: generate, AMD EPYC 7B13, haswell 0\.\d+ s; generate, Intel Xeon, sapphirerapids 1\.\d+ s; generate, published 49\.5 s/,
  );
  const c3 = joined!.verdicts.filter(({ claim }) => claim === "C3");
  expect(c3.map(({ machine, subject, run }) => [machine, subject, run])).toEqual([
    ["AMD EPYC 7B13, haswell", "small", join(results, "figure-1", "epyc")],
    ["Intel Xeon, sapphirerapids", "small", join(results, "figure-1", "xeon")],
  ]);
  expect(c3[0]!.number!.value / c3[1]!.number!.value).toBeCloseTo(0.5, 1);
  expect(joined!.excluded).toEqual([]);
});

test("two machines are compared repeat by repeat where they did the same work: what the draw of positions does falls out", () => {
  const results = join(scratch, "pairs");
  const slower = (machine: Machine): Machine => ({ ...machine, readMsPerToken: 4 * machine.readMsPerToken });
  figure1Run(results, "xeon", [smallModel, largerModel]);
  figure1Run(results, "epyc", [slower(smallModel)], amd);
  const { table, sentences } = joinedIn(results)[0]!.pairs!;
  const between = table.rows as readonly BetweenMachines[];
  const long = between.find(({ form, outputTokens }) => form === "one-pass" && outputTokens === 1000)!;
  // Reading takes four times as long there; generating a little longer, for the prompt is read, too.
  expect(long).toMatchObject({ machine: "AMD EPYC 7B13, haswell", other: "Intel Xeon, sapphirerapids", repeats: 7 });
  expect(long.factor).toBeCloseTo(0.255, 2);
  expect(long.high - long.low).toBeLessThan(1e-9);
  expect(sentences).toEqual([
    expect.stringMatching(/^small, 1000 tokens, prototype: generation over verification on AMD .* is 0\.25\d \[/),
  ]);

  // Another seed draws other positions: nothing to pair.
  figure1Run(results, "epyc", [slower(smallModel)], { ...amd, seed: "2" });
  expect(joinedIn(results)[0]!.pairs!.table.rows).toEqual([]);
});

test("one machine alone gives no joined figure, however many runs it made", () => {
  const results = join(scratch, "one");
  figure1Run(results, "first", [smallModel]);
  figure1Run(results, "second", [smallModel], { startedAt: "2026-01-02T00:00:00.000Z" });
  tokenCostRun(results, "first", [tokenCostRow({})]);
  crossHardwareRun(results, "first", [{ name: "x" }, { name: "y", cpuKernels: "ivybridge" }]);
  expect(joinedIn(results)).toEqual([]);
});

test("what is not comparable is left out, with the setting that differs", () => {
  const results = join(scratch, "other-settings");
  figure1Run(results, "xeon", [smallModel]);
  figure1Run(results, "epyc", [smallModel], amd);
  const other = { sampling: { temperature: 0.7, topK: 40, topP: 0.1, choice: "inverse-cdf" } };
  const odd = figure1Run(results, "odd", [smallModel], { cpu: "Other CPU", cores: 1, resolved: other });
  const partial = { planned: 2, finished: 1, missing: ["x"], failures: [] };
  const half = figure1Run(results, "half", [smallModel], { cpu: "Unfinished CPU", partial });
  const [joined] = joinedIn(results);
  expect(joined!.machines.length).toBe(2);
  expect(joined!.excluded).toEqual([
    `${half} (Unfinished, 2 cores, sapphirerapids kernels, x64): some of its cells are missing`,
    `${odd} (Other, 1 core, sapphirerapids kernels, x64): other settings than the runs that are joined: sampling.temperature 0.7, not 0.2`,
  ]);
});

test("a GPU stands beside processors; a model that it alone measured has its verdicts and no joined figure", () => {
  const results = join(scratch, "gpu");
  figure1Run(results, "xeon", [smallModel]);
  figure1Run(results, "gpu", [faster(smallModel), { ...largerModel, model: "random-7b-q4_0" }], gpu);
  const [joined] = joinedIn(results);
  expect(joined!.machines.map(({ name }) => name)).toEqual(["Intel Xeon, sapphirerapids", "NVIDIA Some GPU (cuda)"]);
  expect(joined!.figures[0]!.description).not.toContain("random-7b");
  expect(joined!.verdicts.some(({ claim, subject }) => claim === "C3" && subject === "random-7b-q4_0")).toBe(true);
  expect(joined!.excluded).toEqual([
    "random-7b-q4_0: in no joined figure, for it was measured on NVIDIA Some GPU (cuda) alone",
  ]);
});

test("of each machine the run with most measurements is taken; one that was damaged is told in a line, and the next stands in", () => {
  const results = join(scratch, "damaged");
  const long = figure1Run(results, "long", [smallModel]);
  const short = figure1Run(results, "short", [smallModel], { tokens: [1, 100], startedAt: "2026-01-02T00:00:00.000Z" });
  const epyc = figure1Run(results, "epyc", [smallModel], amd);
  const runs = () => joinedIn(results)[0]!.machines.flatMap((machine) => machine.runs.map(({ folder }) => folder));
  expect(runs()).toEqual([epyc, long]);
  appendFileSync(join(long, "rows.csv"), "edited\n");
  expect(runs()).toEqual([epyc, short]);
  expect(joinedIn(results)[0]!.excluded).toEqual([
    expect.stringMatching(/long\/rows\.csv: changed since it was measured .*; run the experiment again$/),
  ]);
  // Nothing is left to join with then.
  appendFileSync(join(short, "rows.csv"), "edited\n");
  expect(joinedIn(results)[0]).toMatchObject({ machines: [], figures: [] });
  writeFileSync(join(epyc, "manifest.json"), "{");
  expect(joinedIn(results)).toEqual([
    expect.objectContaining({
      excluded: [expect.stringMatching(/epyc\/manifest\.json: not the manifest of a run/)],
    }),
  ]);
});

test("two machines of one name are told apart by what differs", () => {
  const results = join(scratch, "cores");
  figure1Run(results, "two", [smallModel]);
  figure1Run(results, "eight", [smallModel], { cores: 8 });
  expect(joinedIn(results)[0]!.machines.map(({ name }) => name)).toEqual([
    "Intel Xeon, sapphirerapids, 2 cores",
    "Intel Xeon, sapphirerapids, 8 cores",
  ]);
});

test("joules and dollars of calibrated machines stand beside the published ones; C5 and C6 are judged on models of their size", () => {
  const results = join(scratch, "cost");
  const published = tokenCostRow({ machine: "prototype", basis: "published", model: "Vicuna 7B q5_1" });
  tokenCostRun(results, "cpu", [
    tokenCostRow({ machine: "cpu", what: "cpu, watts assumed", model: "random-1b-q4_0" }),
    published,
  ]);
  const fast = { machine: "gpu", what: "gpu, measured", decodeTokensPerSecond: 120, watts: 300 };
  tokenCostRun(results, "gpu", [tokenCostRow(fast), published, tokenCostRow({ ...fast, batch: 8 })]);
  tokenCostRun(results, "old", [tokenCostRow({ ...fast, decodeTokensPerSecond: 60 })], {
    startedAt: "2025-01-01T00:00:00.000Z",
  });
  tokenCostRun(results, "short", [tokenCostRow({ machine: "short", outputTokens: 10 })]);
  const [joined] = joinedIn(results);
  expect(joined!.machines.map(({ name }) => name)).toEqual(["cpu", "gpu"]);
  expect(joined!.figures.map(({ name }) => name)).toEqual(["energy-by-machine", "cost-by-machine"]);
  expect(joined!.figures[0]!.description).toContain("random-1b-q4_0: cpu, watts assumed 5");
  expect(joined!.figures[0]!.description).toContain("random-7b-q4_0: gpu 2.5");
  expect(joined!.figures[0]!.description).toContain("published rates, other models: prototype, Vicuna 7B q5_1 5");
  expect(joined!.verdicts.map(({ machine, claim, verdict, obtained }) => [machine, claim, verdict, obtained])).toEqual([
    ["cpu", "C5", "not decided", "measured"],
    ["cpu", "C6", "not decided", "modelled"],
    ["gpu", "C5", "holds", "measured"],
    ["gpu", "C6", "fails", "measured"],
  ]);
  expect(joined!.excluded).toEqual([
    expect.stringMatching(/old \(gpu: random-7b-q4_0\): an older calibration of that name, 60 tokens\/s; .* --name/),
    expect.stringContaining("(short: random-7b-q4_0): no row for one sequence of 1000"),
  ]);
});

test("flips between processors stand side by side by what computed, whatever a run's settings call it", () => {
  const results = join(scratch, "cross");
  const engine = (cpuKernels: string, gpuDevices: string[] = []) => ({ cpuKernels, gpuDevices });
  crossHardwareRun(
    results,
    "cpu",
    [
      { name: "haswell", cpuKernels: "haswell" },
      { name: "old", cpuKernels: "ivybridge" },
    ],
    {
      cpu: "AMD EPYC",
    },
  );
  crossHardwareRun(results, "gpu", [{ name: "CPU" }, { name: "GPU", gpu: "cuda" }], {
    numerics: { machines: { CPU: engine("haswell"), GPU: engine("haswell", ["NVIDIA Some GPU"]) } },
  });
  const short = crossHardwareRun(results, "short", [{ name: "CPU" }, { name: "b", cpuKernels: "sse42" }], {
    cpu: "Other CPU",
    tokenLimit: 24,
  });
  const [joined] = joinedIn(results);
  expect(joined!.machines.map(({ name }) => name)).toEqual(["AMD EPYC", "NVIDIA Some GPU"]);
  expect(joined!.figures.map(({ name }) => name)).toEqual(["flips-by-machine", "rejects-by-machine"]);
  const words = joined!.figures[0]!.description;
  expect(words).toContain("AMD EPYC, haswell, read by ivybridge 3.91");
  expect(words).toContain("NVIDIA Some GPU, haswell, read by NVIDIA Some GPU 3.91");
  expect(words).toMatch(/NVIDIA Some GPU alone none seen, under \d/);
  expect(joined!.verdicts.map(({ machine, claim, verdict }) => [machine, claim, verdict])).toEqual([
    ["AMD EPYC", "C11", "fails"],
    ["NVIDIA Some GPU", "C11", "fails"],
  ]);
  expect(joined!.excluded).toEqual([
    `${short} (Other, 2 cores, x64): other settings than the runs that are joined: tokenLimit 24, not 64`,
  ]);
});
