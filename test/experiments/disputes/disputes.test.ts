/** Disputes on the embedded models: two jobs for each scenario and reading, from the first token to the page. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { claimDisputes } from "../../../experiments/disputes/claims.ts";
import type { DisputeRow } from "../../../experiments/disputes/rows.ts";
import { experimentRegistry } from "../../../experiments/index.ts";
import { Backend } from "../../../src/inference/backend.ts";
import { drawFigure } from "../../../src/lab/charts/figure.ts";
import type { FinishedExperiment } from "../../../src/lab/experiment/define.ts";
import { type ExperimentFileError, readExperiment } from "../../../src/lab/experiment/file.ts";
import { toCsv } from "../../../src/lab/results/table.ts";

const file = "experiments/disputes/disputes.yaml";
const resultsFolder = mkdtempSync(join(tmpdir(), "camelid-disputes-"));
afterAll(() => rmSync(resultsFolder, { recursive: true, force: true }));

const run = (...overrides: string[]) =>
  experimentRegistry["disputes"]!.run(
    readExperiment(file, experimentRegistry, {
      preset: "quick",
      overrides: [
        `store=${join(resultsFolder, "transcripts.sqlite")}`,
        "prompts.count=2",
        "jobs.tokenLimit=12",
        "bystanders=3",
        ...overrides,
      ],
    }),
    { resultsFolder, signal: new AbortController().signal, onProgress: () => {} },
  );

let live: FinishedExperiment;
let rows: readonly DisputeRow[];
const of = (reading: string, scenario: string) =>
  rows.filter((row) => row.reading === reading && row.scenario === scenario);

beforeAll(async () => {
  live = await run();
  rows = live.report.tables[0]!.rows as DisputeRow[];
});

test("every scenario is played under every reading, for every prompt", () => {
  expect(rows.length).toBe(3 * 16 * 2);
  expect(
    new Set(rows.map(({ scenario, accuserHonest, accusedHonest }) => [scenario, accuserHonest, accusedHonest].join()))
      .size,
  ).toBe(16);
  // All four pairs of honest and dishonest parties, for each charge.
  for (const own of Map.groupBy(rows, ({ charge }) => charge).values())
    expect(new Set(own.map(({ accuserHonest, accusedHonest }) => `${accuserHonest}/${accusedHonest}`)).size).toBe(4);
});

test("coins are where they came from: what all parties end with is what there is", () => {
  for (const row of rows) {
    const ends = row.clientAfterUnits + row.nodeAfterUnits + row.accompliceAfterUnits + row.minersAfterUnits;
    expect(ends + row.undecidedUnits).toBe(row.issuedUnits);
    expect(row.undecidedUnits).toBe(0);
  }
});

describe("who ends with what", () => {
  const [reward, fee] = [100_000, 1000];
  const change = ({ clientAfterUnits, clientBeforeUnits, nodeAfterUnits, nodeBeforeUnits }: DisputeRow) => [
    clientAfterUnits - clientBeforeUnits,
    nodeAfterUnits - nodeBeforeUnits,
  ];

  test("a withheld output costs the node its stake, which the client gets, and its fee", () => {
    for (const row of of("2026.1", "withheld")) {
      expect(change(row)).toEqual([reward, -reward - fee]);
      expect(row).toMatchObject({ end: "upheld", decidedBy: "end of the window", innocentLoses: false });
      expect(row.decisionSeconds).toBeGreaterThanOrEqual(120);
    }
  });

  test("noise in place of an output is paid in 2023.1 and slashed in 2026.1", () => {
    for (const row of of("2023.1", "noise")) {
      expect(change(row)).toEqual([-reward - fee, reward - fee]);
      expect(row).toMatchObject({ decidedBy: "delivery-exists", innocentLoses: true, guiltyGains: true });
    }
    for (const row of of("2026.1", "noise")) expect(row).toMatchObject({ end: "upheld", guiltyGains: false });
  });

  test("a client that never pays keeps its coins, and the node pays a fee for its trouble", () => {
    for (const row of of("2026.1", "no-payment")) {
      expect(change(row)).toEqual([0, -fee]);
      expect(row).toMatchObject({ innocentUnpaid: true, innocentLoses: false });
      expect(row.generationTokens).toBeGreaterThan(0);
    }
  });

  test("a redirected payment reaches the accomplice in 2023.1 only", () => {
    for (const row of of("2023.1, blog's RASTiC", "redirected")) {
      expect(row.accompliceAfterUnits - row.accompliceBeforeUnits).toBe(reward - fee);
      expect(row).toMatchObject({ readable: true, innocentLoses: true, guiltyGains: true });
    }
    for (const row of of("2026.1", "redirected"))
      expect(row).toMatchObject({ readable: false, guiltyGains: false, innocentUnpaid: true });
  });

  test("an unrelated output is tested again by every miner", () => {
    const charged = of("2026.1", "unrelated").filter(({ end }) => end === "upheld");
    for (const row of charged) {
      expect(row.retestTokens % 4).toBe(0);
      expect(row.retestTokens).toBeGreaterThan(0);
      expect(row.retestJoules).toBeGreaterThan(0);
    }
  });
});

test("from its store, with no model opened, the same bytes; and everything follows from the rows", async () => {
  const open = vi.spyOn(Backend, "open");
  const stored = await run("inference=store-only");
  expect(open).not.toHaveBeenCalled();
  const csv = toCsv(live.report.tables[0]!);
  expect(toCsv(stored.report.tables[0]!)).toBe(csv);
  const again = experimentRegistry["disputes"]!.reportOf(csv, "1");
  expect(again.verdicts).toEqual(live.report.verdicts);
  expect(again.summaries).toEqual(live.report.summaries);
});

test("verdicts name what ends wrong, and promise nothing that two jobs cannot", () => {
  const [literal, , repaired] = live.report.verdicts;
  expect(literal).toMatchObject({ claim: "disputes", subject: "revision 2023.1", verdict: "fails" });
  expect(literal!.sentence).toMatch(/noise for output: an innocent party loses in 2 of 2 \[16 to 100 %\]/);
  expect(repaired!.sentence).not.toContain("noise for output");
  const clean = rows.filter(({ scenario }) => scenario === "withheld");
  expect(claimDisputes(clean, "2026.1").verdict).toBe("not decided");
  const many = Array.from({ length: 40 }, () => clean).flat();
  expect(claimDisputes(many, "2026.1").verdict).toBe("holds");
});

test.each([640, 360])("figures at %i px compile without a warning and fit", async (width) => {
  for (const figure of live.report.figures) {
    const { svg, warnings } = await drawFigure(figure, width);
    expect(warnings).toEqual([]);
    expect(Number(/width="([\d.]+)"/.exec(svg)![1])).toBeLessThanOrEqual(width + 24);
    expect(svg).toContain("index hunted");
  }
});

test.each([
  ["scenarios=[nosie]", "scenarios.0"],
  ["readings.0.revision=2024.1", "readings.0.revision"],
  ["readings=[{revision: '2026.1'}, {revision: '2026.1'}]", "readings: expected each once"],
  ["cheat.strategy=lazy", "cheat.strategy"],
])("%s is refused in one line that says where and what", (override, expected) => {
  try {
    readExperiment(file, experimentRegistry, { overrides: [override] });
    expect.unreachable();
  } catch (error) {
    const { problems } = error as ExperimentFileError;
    expect(problems.length).toBe(1);
    expect(problems[0]).toContain(expected);
  }
});

test("every preset of the file is valid", () => {
  for (const preset of [undefined, "quick", "full"])
    expect(readExperiment(file, experimentRegistry, { preset }).kind).toBe("disputes");
});
