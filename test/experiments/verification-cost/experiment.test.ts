import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { verificationCost } from "../../../experiments/verification-cost/experiment.ts";
import type { CostRow } from "../../../experiments/verification-cost/rows.ts";
import { verificationCostSettings } from "../../../experiments/verification-cost/settings.ts";
import { type Experiment, parseExperiment, readExperiment } from "../../../src/lab/experiment/file.ts";

const kinds = { "verification-cost": { settings: verificationCostSettings } };
const file = fileURLToPath(new URL("../../../experiments/verification-cost/verification-cost.yaml", import.meta.url));

describe("experiments/verification-cost/verification-cost.yaml", () => {
  test.each(["quick", "full", undefined])("is valid in preset %s and starts from the reference numerics", (preset) => {
    const { settings } = readExperiment(file, kinds, { preset });
    const { numerics, models, outputTokens } = verificationCostSettings.parse(settings);
    expect(numerics[0]).toEqual({ flashAttention: false, kvCacheType: "F16", threads: 1 });
    expect(models.length).toBeGreaterThanOrEqual(4);
    expect(outputTokens).toBe(1000);
  });

  test("a quantised KV cache without flash attention is refused where it stands", () => {
    const override = "numerics=[{flashAttention: false, kvCacheType: Q8_0, threads: 1}]";
    expect(() => readExperiment(file, kinds, { overrides: [override] })).toThrow(
      /expected flash attention with a quantised KV/,
    );
  });
});

describe("a run on the embedded target", () => {
  const resultsFolder = mkdtempSync(join(tmpdir(), "camelid-cost-"));
  afterAll(() => rmSync(resultsFolder, { recursive: true, force: true }));

  const experiment: Experiment = parseExperiment(
    "small.yaml",
    `name: small-cost
kind: verification-cost
question: Does it measure?
claims: [C3]
seed: 1
models:
  - file: models/tales-target-f16.gguf
numerics:
  - {flashAttention: false, kvCacheType: F16, threads: 1}
  - {flashAttention: true, kvCacheType: Q8_0, threads: 1}
outputTokens: 64
promptTokens: [8]
claimsPerPass: [1, 3]
togetherTokens: [16]
decodeSteps: 2
repeats: 2
`,
    kinds,
  );
  const quiet = { resultsFolder, signal: new AbortController().signal, onProgress: () => {} };
  const rowsOf = (tables: readonly { rows: readonly object[] }[]) => tables[0]!.rows as readonly CostRow[];

  test("measures every cell once a repeat, feeds what it says, and resumes without measuring again", async () => {
    const first = await verificationCost.run(experiment, quiet);
    const rows = rowsOf(first.report.tables);
    const count = (measure: CostRow["measure"]) => rows.filter((row) => row.measure === measure).length;
    expect(
      ["decode", "prefill", "verify", "limit-matrix", "limit-stream", "limit-call"].map((m) =>
        count(m as CostRow["measure"]),
      ),
    ).toEqual([2 * 2 * 3, 2 * 2, 2 * 2 + 2 * 2, 2, 2, 2]);
    expect(rows.every(({ wallMs }) => wallMs > 0)).toBe(true);
    const alone = rows.find(({ measure, outputTokens }) => measure === "verify" && outputTokens === 64)!;
    expect(alone.fedTokens).toBe(8 + 63);
    // Three claims of 8 + 15 tokens, each with a throw-away token behind: lengths must be even.
    expect(rows.find(({ claims }) => claims === 3)!.fedTokens).toBe(3 * 24);
    expect(first.report.verdicts[0]).toMatchObject({ claim: "C3", verdict: "not decided" }); // 64 is not the published 1000
    expect(first.consoleSummary).toHaveLength(1);

    // The journal is still there, as after a kill between the last row and the files.
    const again = await verificationCost.run(experiment, quiet);
    expect(rowsOf(again.report.tables)).toEqual(rows);
  });
});
