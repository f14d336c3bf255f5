/** "Every cheat" and every scheme: today's lists, and those of the day of a run that is computed again. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type AttackExperiment, attackLists, schemesOf, strategiesOf } from "../../../experiments/attack/lists.ts";
import { type AttackRow, attackRowsTable } from "../../../experiments/attack/rows.ts";
import { madeUpRow } from "../../../experiments/attack/sample.ts";
import { experimentRegistry } from "../../../experiments/index.ts";
import { standardStrategies } from "../../../src/actors/strategies/standard.ts";
import { ExperimentFileError } from "../../../src/lab/experiment/file.ts";
import type { Manifest } from "../../../src/lab/results/manifest.ts";
import { toCsv } from "../../../src/lab/results/table.ts";

const settings = {
  strategies: ["honest", "every cheat"],
  calibrateOn: ["honest"],
  samplings: [
    { name: "greedy", leaveOut: ["truncation"] },
    { name: "temperature 0.7", leaveOut: [] },
  ],
} as unknown as AttackExperiment["settings"];

const cheats = standardStrategies.filter(({ kind }) => kind === "cheat").map(({ label }) => label);
const labels = (experiment: AttackExperiment, sampling: number) =>
  strategiesOf(experiment, sampling, "evaluation").map(({ label }) => label);

describe("without a list of its own", () => {
  test("every cheat is every cheat of today, and a sampling leaves out what it says", () => {
    expect(labels({ settings }, 1)).toEqual(["honest", ...cheats]);
    expect(labels({ settings }, 0)).toEqual(["honest", ...cheats.filter((label) => label !== "truncation")]);
  });

  test("what a run keeps is who took part under any sampling, and every scheme", () => {
    const { strategies, schemes } = attackLists({ settings });
    expect(strategies).toEqual(["honest", ...cheats]);
    expect(schemes).toEqual(schemesOf({}).map(({ name }) => name));
    const leftOut = { ...settings, samplings: settings.samplings.slice(0, 1) };
    expect(attackLists({ settings: leftOut }).strategies).not.toContain("truncation");
  });
});

describe("with the lists of a run's day", () => {
  const lists = { strategies: ["honest", "truncation", "repetition"], schemes: ["rastic blog k=3", "log-rank both"] };

  test("strategies and schemes that came later take no part", () => {
    expect(labels({ settings, lists }, 0)).toEqual(["honest", "repetition"]);
    expect(labels({ settings, lists }, 1)).toEqual(["honest", "truncation", "repetition"]);
    expect(schemesOf({ lists }).map(({ name }) => name)).toEqual(["rastic blog k=3", "log-rank both"]);
    expect(attackLists({ settings, lists })).toEqual(lists);
  });

  test.each([
    ["strategy 'mind reading'", { strategies: ["mind reading"] }],
    ["scheme 'trust'", { schemes: ["trust"] }],
  ])("one that this version no longer has is refused by name: %s", (name, own) => {
    const compute = () => [strategiesOf({ settings, lists: own }, 0, "evaluation"), schemesOf({ lists: own })];
    expect(compute).toThrow(ExperimentFileError);
    expect(compute).toThrow(name);
  });
});

describe("a run whose manifest keeps none", () => {
  const rows: AttackRow[] = ["honest", "repetition", "mind reading"].map((strategy) => {
    const row = madeUpRow({ strategy, prompt: 0 });
    return { ...row, accept: { "rastic blog k=3": 1, trust: 1 }, scores: { "log-rank both": 0.5 } };
  });
  const table = attackRowsTable(rows);
  const manifest = {
    tables: { "rows.csv": table.columns },
    experiment: { resolved: settings },
  } as unknown as Manifest;
  const listsOf = (kept: string | undefined) =>
    experimentRegistry["false-accept"]!.listsOf!({
      manifest,
      read: (file) => (file === "rows.csv" ? kept : undefined),
    });

  test("has the strategies of its rows and the schemes of their columns, also those that are no more", () => {
    expect(listsOf(toCsv(table))).toEqual({
      strategies: ["honest", "repetition", "mind reading"],
      schemes: ["rastic blog k=3", "trust", "log-rank both"],
    });
  });

  test("without its rows, and no other table that says who took part, it has the schemes alone", () => {
    expect(listsOf(undefined)).toEqual({ schemes: ["rastic blog k=3", "trust", "log-rank both"] });
  });
});

describe("reference runs", () => {
  const run = (kind: string) => {
    const path = globSync(`results/reference/${kind}/*/manifest.json`).toSorted().at(-1)!;
    const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
    const read = (file: string) => {
      const at = join(dirname(path), file);
      return existsSync(at) ? readFileSync(at, "utf8") : undefined;
    };
    return { manifest, read };
  };

  test.each(["false-accept", "false-reject", "detection", "where-it-fails"])("%s keeps its lists", (kind) => {
    const { strategies } = run(kind).manifest.experiment.lists!;
    expect(strategies!.length).toBeGreaterThan(10);
    expect(new Set(strategies).size).toBe(strategies!.length);
  });

  test.each(["false-accept", "false-reject", "where-it-fails"])("%s: they are those that its tables name", (kind) => {
    const reference = run(kind);
    const { strategies, schemes = [] } = reference.manifest.experiment.lists!;
    const found = experimentRegistry[kind]!.listsOf!(reference);
    expect(new Set(found["strategies"])).toEqual(new Set(strategies));
    expect(new Set(found["schemes"])).toEqual(new Set(schemes));
  });
});
