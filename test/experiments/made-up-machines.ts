/** Finished runs of made-up machines, as they lie among the results: rows and a manifest. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AttackRow, attackRowsTable } from "../../experiments/attack/rows.ts";
import { madeUpRow } from "../../experiments/attack/sample.ts";
import { type Figure1Row, figure1RowTable } from "../../experiments/figure-1/rows.ts";
import { largerModel, type Machine, madeUpRows, smallModel } from "../../experiments/figure-1/sample.ts";
import { type TokenCostRow, tokenCostRowTable } from "../../experiments/token-cost/rows.ts";
import type { Manifest } from "../../src/lab/results/manifest.ts";
import { type Table, toCsv } from "../../src/lab/results/table.ts";

export interface MadeUpRun {
  readonly cpu?: string;
  readonly cores?: number;
  readonly seed?: string;
  readonly startedAt?: string;
  readonly resolved?: object;
  readonly numerics?: object | null;
  readonly partial?: Manifest["partial"];
}

const root = (name: string) => createHash("sha256").update(name).digest("hex");

/** Writes `RESULTS/NAME/` and returns it. */
function writeMadeUp(
  results: string,
  name: string,
  kind: string,
  table: Table,
  models: readonly string[],
  run: MadeUpRun,
) {
  const {
    seed = "1",
    cpu = "Intel(R) Xeon(R) Processor",
    cores = 2,
    startedAt = "2026-01-01T00:00:00.000Z",
    partial,
  } = run;
  const rows = toCsv(table);
  const folder = join(results, kind, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "rows.csv"), rows);
  const manifest = {
    format: "camelid-run/1",
    experiment: {
      name: kind,
      kind,
      question: "",
      claims: [],
      seed,
      given: { file: "x.yaml" },
      resolved: run.resolved ?? {},
    },
    startedAt,
    software: { camelid: "0.1.0", commit: "ab".repeat(20), dirty: false, node: "v24.0.0", packages: {} },
    machine: { platform: "Linux 6 x64", cpu, cores, memoryBytes: 8 * 2 ** 30 },
    models: models.map((model) => ({ name: model, root: root(model), bytes: 1 })),
    numerics: run.numerics ?? null,
    ...(partial === undefined ? {} : { partial }),
    verdicts: [],
    tables: {},
    warnings: [],
    files: { "rows.csv": { bytes: rows.length, sha256: root(rows) } },
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  return folder;
}

const figure1Settings = {
  sampling: { temperature: 0.2, topK: 40, topP: 0.1, choice: "inverse-cdf" },
  checkBudget: 1,
  prompts: { file: "models/prompts.txt", tokens: 16 },
};
const cpuNumerics = { gpu: "off", gpuDevices: [], engineRelease: "v0.5.0", threads: 1, cpuKernels: "sapphirerapids" };

export function figure1Run(
  results: string,
  name: string,
  models: readonly Machine[],
  { tokens = [1, 10, 100, 250, 1000], repeats = 7, ...run }: MadeUpRun & { tokens?: number[]; repeats?: number } = {},
): string {
  const rows: Figure1Row[] = madeUpRows(models, { tokens, repeats });
  const names = models.map(({ model }) => model);
  return writeMadeUp(results, name, "figure-1", figure1RowTable.table(rows), names, {
    ...run,
    resolved: { ...figure1Settings, ...run.resolved },
    numerics: { ...cpuNumerics, ...run.numerics },
  });
}

/** A machine of 100 W and 20 tokens/s unless given otherwise. */
export function tokenCostRow(given: Partial<TokenCostRow>): TokenCostRow {
  const { decodeTokensPerSecond = 20, watts = 100 } = given;
  const joulesPer1000Tokens = (1000 * watts) / decodeTokensPerSecond;
  const electricityUsdPer1000Tokens = (joulesPer1000Tokens / 3.6e6) * 0.17;
  return {
    machine: "a",
    what: "a, measured",
    model: "random-7b-q4_0",
    basis: "measured",
    batch: 1,
    promptTokens: 100,
    outputTokens: 1000,
    usdPerKwh: 0.17,
    utilisation: 1,
    nodesPerJob: 1,
    verifiedShare: 0,
    prefillTokensPerSecond: 200,
    decodeTokensPerSecond,
    watts,
    machineUsd: 1000,
    joulesPer1000Tokens,
    electricityUsdPer1000Tokens,
    hardwareUsdPer1000Tokens: 0.001,
    usdPer1000Tokens: electricityUsdPer1000Tokens + 0.001,
    ...given,
  };
}

export function tokenCostRun(
  results: string,
  name: string,
  rows: readonly TokenCostRow[],
  run: MadeUpRun = {},
): string {
  return writeMadeUp(results, name, "token-cost", tokenCostRowTable.table(rows), [], run);
}

/** Twelve prompts on each pair of two machines; a flip in the first three where one reads the other's. */
export function crossHardwareRun(
  results: string,
  name: string,
  machines: readonly { readonly name: string; readonly gpu?: string; readonly cpuKernels?: string }[],
  { tokenLimit = 64, ...run }: MadeUpRun & { tokenLimit?: number } = {},
): string {
  const pairs = machines.flatMap((from) =>
    machines.map((to) => ({
      strategy: from.name === to.name ? `${from.name} alone` : `${from.name}, read by ${to.name}`,
      flips: from.name === to.name ? 0 : 1,
    })),
  );
  const rows: AttackRow[] = pairs.flatMap(({ strategy, flips }) =>
    Array.from({ length: 12 }, (_, prompt) =>
      madeUpRow({
        strategy,
        kind: "honest-variation",
        prompt,
        consistent: prompt < 3 ? 64 - flips : 64,
        flipMargins: prompt < 3 && flips > 0 ? [0.01] : [],
      }),
    ),
  );
  const samplings = [
    { name: "temperature 0.7", temperature: 0.7, topK: 0, topP: 1, choice: "gumbel", seeds: 1, detail: "logits" },
  ];
  return writeMadeUp(results, name, "cross-hardware", attackRowsTable(rows), ["target"], {
    ...run,
    resolved: { machines, tokenLimit, prompts: { file: "models/prompts.txt" }, samplings, ...run.resolved },
  });
}

/** Three machines, one of them a GPU, in every kind of experiment that is joined. Returns the results folder. */
export function madeUpMachines(results: string): string {
  const gpu = {
    cpu: "Intel(R) Xeon(R) Processor",
    resolved: { gpu: "cuda" },
    numerics: { gpu: "cuda", gpuDevices: ["NVIDIA Some GPU 80GB"] },
  };
  const epyc = { cpu: "AMD EPYC 7B13 64-Core Processor", numerics: { cpuKernels: "haswell" } };
  figure1Run(results, "xeon", [smallModel, largerModel]);
  figure1Run(results, "epyc", [{ ...smallModel, generateMsPerToken: 0.5 }], epyc);
  figure1Run(results, "gpu", [smallModel, { ...largerModel, generateMsPerToken: 5, readMsPerToken: 0.1 }], gpu);
  const published = tokenCostRow({ machine: "prototype", basis: "published", model: "Vicuna 7B q5_1", watts: 312 });
  const slow = { machine: "epyc", what: "epyc, watts assumed", model: "random-1b-q4_0", watts: 20 };
  tokenCostRun(results, "epyc", [tokenCostRow(slow), published]);
  const fast = { machine: "NVIDIA Some GPU 80GB", what: "NVIDIA Some GPU 80GB, measured", watts: 340 };
  tokenCostRun(results, "gpu", [tokenCostRow({ ...fast, decodeTokensPerSecond: 160 }), published]);
  const engine = (cpuKernels: string, gpuDevices: string[] = []) => ({ cpuKernels, gpuDevices });
  const old = { name: "old", cpuKernels: "ivybridge" };
  crossHardwareRun(results, "epyc", [{ name: "haswell", cpuKernels: "haswell" }, old], { cpu: epyc.cpu });
  crossHardwareRun(results, "gpu", [{ name: "CPU" }, { name: "GPU", gpu: "cuda" }, old], {
    numerics: { machines: { CPU: engine("haswell"), GPU: engine("haswell", ["NVIDIA Some GPU 80GB"]) } },
  });
  return results;
}
