import { expect, test } from "vitest";
import type { Figure1Row } from "../../../experiments/figure-1/rows.ts";
import { figure1Settings } from "../../../experiments/figure-1/settings.ts";
import { experimentRegistry } from "../../../experiments/index.ts";
import { readExperiment } from "../../../src/lab/experiment/file.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";

const resultsFolder = scratchFolder();

test("jobs of the real model, generated in lock step and verified in one pass, pass like those alone", async () => {
  const overrides = [
    "gpu=off",
    "models=[{file: models/tales-draft-f16.gguf}]",
    "tokens=[6]",
    "together={jobs: [2, 3], tokens: [4, 6]}",
    "forms=[generate, one-pass]",
    "repeats=1",
    // Each token by itself the likeliest: no rounding can flip it.
    "sampling={temperature: 0, topK: 0, topP: 1, choice: gumbel}",
  ];
  const experiment = readExperiment(
    "experiments/figure-1/figure-1-gpu.yaml",
    { "figure-1": { settings: figure1Settings } },
    { overrides },
  );
  const { report, discardJournal } = await experimentRegistry["figure-1"]!.run(experiment, {
    resultsFolder,
    signal: new AbortController().signal,
    onProgress: () => {},
  } as never);
  discardJournal();
  const rows = report.tables[0]!.rows as readonly Figure1Row[];
  const cells = rows.map(({ form, outputTokens }) => `${form} ${outputTokens}`).sort();
  expect(cells).toEqual(
    ["", " x2", " x3"]
      .flatMap((jobs) =>
        ["generate", "one-pass"].flatMap((form) => (jobs === "" ? [6] : [4, 6]).map((n) => `${form}${jobs} ${n}`)),
      )
      .sort(),
  );
  for (const { form, accepted, decodedTokens, wallMs, outputTokens } of rows) {
    expect(wallMs).toBeGreaterThan(0);
    expect([form, accepted]).toEqual([form, form.startsWith("generate") ? null : true]);
    if (form === "generate x3") expect(decodedTokens).toBe(3 * (16 + outputTokens - 1));
  }
  expect(report.figures.map(({ name }) => name)).toContain("time-by-jobs");
});
