import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyseFigure1 } from "../../../experiments/figure-1/analyse.ts";
import { type Figure1Row, figure1RowTable } from "../../../experiments/figure-1/rows.ts";
import { largerModel, madeUpRows, smallModel } from "../../../experiments/figure-1/sample.ts";
import { figure1Settings } from "../../../experiments/figure-1/settings.ts";
import { readExperiment } from "../../../src/lab/experiment/file.ts";
import type { Manifest, RunFacts } from "../../../src/lab/results/manifest.ts";
import { createRunFolder } from "../../../src/lab/results/run-folder.ts";
import { fromCsv } from "../../../src/lab/results/table.ts";
import { writeRun } from "../../../src/lab/results/write-run.ts";

const startedAt = new Date("2026-01-31T12:00:00.250Z");
const file = fileURLToPath(new URL("../../../experiments/figure-1/figure-1.yaml", import.meta.url));
const experiment = readExperiment(
  file,
  { "figure-1": { settings: figure1Settings } },
  { preset: "quick", overrides: ["repeats=7"] },
);
const report = analyseFigure1(madeUpRows([smallModel, largerModel]), experiment.seed);
const facts: RunFacts = {
  startedAt,
  endedAt: new Date("2026-01-31T12:03:00Z"),
  loadAverage: [0.1, 1] as const,
  commandLine: ["run", "experiments/figure-1/figure-1.yaml", "--preset", "quick", "--set", "repeats=7"],
  models: [{ name: "small", root: "ab".repeat(32), bytes: 11_643_360 }],
  numerics: { threads: 1, flashAttention: false },
};

let root: string;
let folder: string;
let manifest: Manifest;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "camelid-results-"));
  folder = createRunFolder(root, "figure-1", { startedAt, preset: "quick" });
  manifest = await writeRun(folder, experiment, report, facts);
});
afterAll(() => rmSync(root, { recursive: true }));

describe("a run folder", () => {
  test("is named after start and preset, and never shared", () => {
    expect(folder).toBe(join(root, "figure-1", "20260131T120000Z-quick"));
    const next = createRunFolder(root, "figure-1", { startedAt, preset: "quick" });
    expect(next).toBe(`${folder}-2`);
    expect(readdirSync(next)).toEqual([]);
  });

  test("that was filled elsewhere has all its files from the moment it has its name", () => {
    const filled = join(root, "draft");
    mkdirSync(filled);
    writeFileSync(join(filled, "rows.csv"), "");
    const run = createRunFolder(root, "figure-1", { startedAt, preset: "quick", partial: true, filled });
    expect(run).toBe(`${folder}-partial`);
    expect(readdirSync(run)).toEqual(["rows.csv"]);
    expect(existsSync(filled)).toBe(false);
    mkdirSync(filled);
    expect(createRunFolder(root, "figure-1", { startedAt, preset: "quick", partial: true, filled })).toBe(`${run}-2`);
  });

  test("cannot be made below a file: one line says so", () => {
    writeFileSync(join(root, "file"), "");
    expect(() => createRunFolder(join(root, "file"), "figure-1", { startedAt, preset: null })).toThrow(
      /cannot be written: something on the way there is a file/,
    );
  });
});

describe("a written run", () => {
  test("holds rows, summary, figures in three forms, the page and the manifest, and no temporary file", () => {
    expect(readdirSync(folder, { recursive: true }).map(String).sort()).toEqual([
      "figures",
      ...["ratio-by-tokens", "time-by-tokens"].flatMap((name) =>
        ["png", "svg", "vl.json"].map((end) => join("figures", `${name}.${end}`)),
      ),
      "manifest.json",
      "report.html",
      "rows.csv",
      "summary.csv",
    ]);
  });

  test("has a manifest with what was asked for, what it became, and the hash of every other file", () => {
    expect(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"))).toEqual(manifest);
    expect(manifest).toMatchObject({
      format: "camelid-run/1",
      commandLine: facts.commandLine,
      models: facts.models,
      numerics: facts.numerics,
      warnings: [],
      startedAt: "2026-01-31T12:00:00.250Z",
    });
    expect(manifest.experiment.given).toMatchObject({ preset: "quick", overrides: ["repeats=7"] });
    expect(manifest.experiment.given.text).toBe(readFileSync(file, "utf8"));
    expect(manifest.experiment.resolved["repeats"]).toBe(7);
    expect(manifest.software.packages["vega-lite"]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(manifest.software.node).toBe(process.version);
    expect(manifest.machine.cores).toBeGreaterThan(0);
    expect(Object.keys(manifest.files)).toHaveLength(9);
    for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
      const content = readFileSync(join(folder, name));
      expect([name, content.length, createHash("sha256").update(content).digest("hex")]).toEqual([name, bytes, sha256]);
    }
  });

  test("has every measurement in rows.csv and documents each column", () => {
    const [header, ...lines] = readFileSync(join(folder, "rows.csv"), "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(2 * 9 * 7 * 7);
    expect(header!.split(",")).toEqual(manifest.tables["rows.csv"]!.map(({ name }) => name));
    expect(manifest.tables["rows.csv"]).toContainEqual({
      name: "wallMs",
      type: "number",
      unit: "milliseconds",
      description: "time of the call on the wall clock",
    });
  });

  test("can be read back: the rows are the same, and so are the verdicts", () => {
    const rows = fromCsv<Figure1Row>(readFileSync(join(folder, "rows.csv"), "utf8"), figure1RowTable.table([]));
    expect(rows).toEqual(madeUpRows([smallModel, largerModel]));
    expect(analyseFigure1(rows, experiment.seed).verdicts).toEqual(report.verdicts);
  });

  test("says the same, byte for byte, when the same rows are written again", async () => {
    const again = createRunFolder(root, "figure-1", { startedAt, preset: "again" });
    const { files } = await writeRun(
      again,
      experiment,
      analyseFigure1(madeUpRows([smallModel, largerModel]), "1"),
      facts,
    );
    expect(files).toEqual(manifest.files);
  });

  test("that cannot be finished has no manifest", async () => {
    const broken = createRunFolder(root, "figure-1", { startedAt, preset: "broken" });
    writeFileSync(join(broken, "figures"), "in the way");
    await expect(writeRun(broken, experiment, report, facts)).rejects.toThrow(
      "figures: cannot be written: there is a file of that name",
    );
    expect(existsSync(join(broken, "rows.csv"))).toBe(true);
    expect(existsSync(join(broken, "manifest.json"))).toBe(false);
  });
});
