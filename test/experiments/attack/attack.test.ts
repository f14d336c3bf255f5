import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { experimentRegistry } from "../../../experiments/index.ts";
import { TranscriptStore } from "../../../src/inference/transcript-store/store.ts";
import { exportTranscripts } from "../../../src/inference/transcript-store/transcript-file.ts";
import { type ExperimentFileError, readExperiment } from "../../../src/lab/experiment/file.ts";
import { findExperimentFile } from "../../../src/lab/experiment/find.ts";
import { toCsv } from "../../../src/lab/results/table.ts";
import { Sweep } from "../../../src/lab/runner/sweep.ts";

const kinds = ["false-accept", "false-reject", "detection", "where-it-fails"] as const;
const resultsFolder = mkdtempSync(join(tmpdir(), "camelid-attack-"));
afterAll(() => rmSync(resultsFolder, { recursive: true, force: true }));

const store = join(resultsFolder, "transcripts.sqlite");
/** Three prompts, two that set thresholds, short texts; cheats and honest nodes that need no other processes. */
const small = [
  `store=${store}`,
  "prompts={file: models/prompts.txt, evaluation: 3, calibration: 2}",
  "tokenLimit=6",
  `strategies=[honest, "honest, flash attention", truncation, "lazy, draft", repetition, "one token changed"]`,
];

async function run(kind: (typeof kinds)[number], ...overrides: string[]) {
  const experiment = readExperiment(findExperimentFile(kind), experimentRegistry, {
    preset: "quick",
    overrides: [...small, ...overrides],
  });
  const sweep = new Sweep({ workers: 1 });
  const { signal } = new AbortController();
  const result = await experimentRegistry[kind]!.run(experiment, {
    resultsFolder,
    signal,
    onProgress: () => {},
    sweep,
  });
  if (sweep.failures.length > 0) throw new Error(sweep.failures[0]!.message);
  result.discardJournal();
  return result;
}

/** Worker processes from now on fail when they open llama.cpp. */
function forbidModels(): void {
  const hook = `import { registerHooks } from "node:module";
    registerHooks({ resolve(specifier, context, next) {
      if (specifier === "node-llama-cpp") throw new Error("llama.cpp was opened");
      return next(specifier, context);
    } });`;
  vi.stubEnv("NODE_OPTIONS", `--import=data:text/javascript,${encodeURIComponent(hook)}`);
}

describe("one store of transcripts for four experiments", () => {
  const texts = new Map<string, string>();

  test("each runs on real models, and its rows say again what it found", async () => {
    for (const kind of kinds) {
      const { report } = await run(kind);
      const rows = toCsv(report.tables[0]!);
      texts.set(kind, rows);
      const again = experimentRegistry[kind]!.reportOf(rows, "1");
      expect(again.verdicts).toEqual(report.verdicts);
      expect(again.tables.map(toCsv)).toEqual(report.tables.map(toCsv));
    }
    expect(texts.get("false-accept")!.trim().split("\n").length).toBe(1 + 2 + 3 * 6);
  });

  test("from a file of those transcripts every experiment gives the same bytes elsewhere, with no model opened", async () => {
    const file = join(resultsFolder, "transcripts.ctrf");
    const made = TranscriptStore.open(store);
    exportTranscripts(made, file);
    made.close();
    forbidModels();
    for (const kind of kinds)
      for (const mode of ["store-only", "recorded"]) {
        const { report } = await run(
          kind,
          `store=${join(resultsFolder, "elsewhere.sqlite")}`,
          `transcripts=${file}`,
          `inference=${mode}`,
        );
        expect(toCsv(report.tables[0]!)).toBe(texts.get(kind));
      }
    await expect(run("false-accept", `store=${join(resultsFolder, "empty.sqlite")}`)).rejects.toThrow(
      "llama.cpp was opened",
    );
    vi.unstubAllEnvs();
  });

  test("the honest node agrees with the verifier where both compute in the same way", async () => {
    const rows = texts.get("false-reject")!.trim().split("\n");
    const column = (name: string) => rows[0]!.split(",").indexOf(name);
    const honest = rows.slice(1).map((row) => row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
    const plain = honest.filter((row) => row[column("strategy")] === "honest");
    expect(plain.length).toBeGreaterThan(5);
    for (const row of plain) expect(row[column("consistent")]).toBe(row[column("outputTokens")]);
  });
});

test("every preset of the four files is valid, and they share store, prompts and sampling", () => {
  for (const preset of [undefined, "quick", "full"]) {
    const settings = kinds.map(
      (kind) => readExperiment(findExperimentFile(kind), experimentRegistry, { preset }).settings,
    );
    for (const each of settings)
      for (const key of ["store", "prompts", "tokenLimit", "transcripts"]) expect(each[key]).toEqual(settings[0]![key]);
    const named = settings.flatMap(({ samplings }) => samplings as { name: string }[]);
    for (const sampling of named) {
      const { leaveOut: _, ...terms } = { leaveOut: [], ...sampling };
      const { leaveOut: __, ...first } = { leaveOut: [], ...named.find(({ name }) => name === sampling.name)! };
      expect(terms).toEqual(first);
    }
  }
});

test("a file of transcripts that is not there is named, with what to do", async () => {
  await expect(run("false-accept", "transcripts=nowhere.ctrf")).rejects.toThrow(
    "experiments/false-accept/false-accept.yaml transcripts: nowhere.ctrf: no such file; restore it, or compute here: --set transcripts=null",
  );
});

test("more prompts than the file has are refused", async () => {
  await expect(run("false-accept", "prompts.evaluation=1000")).rejects.toThrow(
    "models/prompts.txt: 368 prompts; give more",
  );
});

test.each([
  ["strategies=[honset]", "strategies.0: expected every cheat, every honest variation, or one of: honest;"],
  ["calibrateOn=[every cheat]", "calibrateOn.0: expected one of: honest;"],
  ["samplings.0.temperature=-1", "samplings.0.temperature"],
  [
    "samplings=[{name: greedy, temperature: 0, topK: 0, topP: 1, choice: inverse-cdf, seeds: 1, detail: logits}]",
    "samplings.0.choice: greedy: greedy sampling draws nothing; expected gumbel",
  ],
  ["prompts.evaluation=1", "prompts.evaluation"],
])("%s is refused in one line that says where and what", (override, expected) => {
  try {
    readExperiment("experiments/false-accept/false-accept.yaml", experimentRegistry, { overrides: [override] });
    expect.unreachable();
  } catch (error) {
    const { problems } = error as ExperimentFileError;
    expect(problems.length).toBe(1);
    expect(problems[0]).toContain(expected);
  }
});
