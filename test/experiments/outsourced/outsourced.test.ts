/** Verification by neighbours on the embedded models: a few jobs, few verifiers, from the first token to the page. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { experimentRegistry } from "../../../experiments/index.ts";
import { simulated, verifications } from "../../../experiments/outsourced/cells.ts";
import { claimTrustless } from "../../../experiments/outsourced/claims.ts";
import type { OutsourcedRow } from "../../../experiments/outsourced/rows.ts";
import { Backend } from "../../../src/inference/backend.ts";
import { drawFigure } from "../../../src/lab/charts/figure.ts";
import type { FinishedExperiment } from "../../../src/lab/experiment/define.ts";
import { type ExperimentFileError, readExperiment } from "../../../src/lab/experiment/file.ts";
import { toCsv } from "../../../src/lab/results/table.ts";

const file = "experiments/outsourced/outsourced.yaml";
const resultsFolder = mkdtempSync(join(tmpdir(), "camelid-outsourced-"));
afterAll(() => rmSync(resultsFolder, { recursive: true, force: true }));

const small = [
  `store=${join(resultsFolder, "transcripts.sqlite")}`,
  "prompts.count=3",
  "tokenLimit=12",
  "jobs=6",
  "identities=10",
  "shares=[0, 0.4]",
  "asked=[1, 3]",
  "vocabularies=[500]",
];
const run = (...overrides: string[]) =>
  experimentRegistry["outsourced"]!.run(
    readExperiment(file, experimentRegistry, { preset: "quick", overrides: [...small, ...overrides] }),
    { resultsFolder, signal: new AbortController().signal, onProgress: () => {} },
  );

let live: FinishedExperiment;
let rows: readonly OutsourcedRow[];

beforeAll(async () => {
  live = await run();
  rows = live.report.tables[0]!.rows as OutsourcedRow[];
});

const only = (revision: string, sybils: string, honestOutput: boolean, share: number) =>
  verifications(rows).filter(
    (row) =>
      row.revision === revision && row.sybils === sybils && row.honestOutput === honestOutput && row.share === share,
  );

test("every combination is played and judges the same jobs", () => {
  const own = verifications(rows);
  expect(own.length).toBe(2 * 3 * 2 * 2 * 2);
  expect(new Set(own.map(({ jobs }) => jobs))).toEqual(new Set([6]));
});

test("the simulation's intervals hold the exact values", () => {
  for (const row of verifications(rows)) {
    const { low, high } = simulated(row);
    // 48 intervals of 99.99 % and more: a wider one than the page's, so that chance does not fail the test.
    const wider = 0.25;
    expect(row.exactAcceptance).toBeGreaterThanOrEqual(low - wider);
    expect(row.exactAcceptance).toBeLessThanOrEqual(high + wider);
  }
});

test("without Sybils honest outputs pass, whatever Sybils would do, and nobody is slashed", () => {
  for (const revision of ["2023.1", "2026.1"])
    for (const sybils of ["echo", "collude", "deny"])
      for (const row of only(revision, sybils, true, 0)) {
        expect(row.accepted).toBe(row.jobs);
        expect(row.wronglySlashed).toBe(0);
      }
});

test("echoes are as good as colluders in 2023.1, and no better than deniers in 2026.1", () => {
  const exact = (revision: string, sybils: string) =>
    only(revision, sybils, false, 0.4).map(({ exactAcceptance }) => exactAcceptance);
  expect(exact("2023.1", "echo")).toEqual(exact("2023.1", "collude"));
  for (const [i, value] of exact("2026.1", "echo").entries()) expect(value).toBeLessThan(exact("2023.1", "echo")[i]!);
});

test("2026.1 asks twice: for the commitment and for its opening", () => {
  for (const [i, row] of only("2023.1", "echo", true, 0).entries())
    expect(only("2026.1", "echo", true, 0)[i]!.messages).toBe(2 * row.messages!);
});

test("a client gets whole completions for nothing in both revisions, by hashes only in 2023.1", () => {
  for (const row of rows.filter(({ measure }) => measure === "completion")) {
    expect(row.tokensObtained).toBe(row.tokensWanted);
    expect(row.tokensByInversion).toBe(row.revision === "2023.1" ? row.tokensWanted : 0);
  }
  for (const { hashes, vocabulary, wallMs } of rows.filter(({ measure }) => measure === "hashing")) {
    expect(hashes).toBe(vocabulary);
    expect(wallMs).toBeGreaterThan(0);
  }
});

test("from its store, with no model opened, all rows but the measured times are the same", async () => {
  const open = vi.spyOn(Backend, "open");
  const stored = await run("inference=store-only");
  expect(open).not.toHaveBeenCalled();
  const withoutTimes = (all: readonly OutsourcedRow[]) => all.map((row) => ({ ...row, wallMs: null }));
  expect(withoutTimes(stored.report.tables[0]!.rows as OutsourcedRow[])).toEqual(withoutTimes(rows));
  const again = experimentRegistry["outsourced"]!.reportOf(toCsv(live.report.tables[0]!), "1");
  expect(again.verdicts).toEqual(live.report.verdicts);
  expect(again.summaries).toEqual(live.report.summaries);
});

test("verdicts", () => {
  const verdicts = live.report.verdicts.map(({ claim, subject, verdict }) => `${claim}, ${subject}: ${verdict}`);
  expect(verdicts).toContain("no free computation, revision 2023.1: fails");
  expect(verdicts).toContain("no free computation, revision 2026.1: fails");
  expect(verdicts).toContain("trustless, revision 2023.1: partly");
  const alone = claimTrustless(
    rows.filter(({ share }) => share === null || share > 0),
    "2026.1",
  );
  expect(alone.verdict).toBe("not decided");
});

test.each([640, 360])("figures at %i px compile without a warning and fit", async (width) => {
  for (const figure of live.report.figures) {
    const { svg, warnings } = await drawFigure(figure, width);
    expect(warnings).toEqual([]);
    expect(Number(/width="([\d.]+)"/.exec(svg)![1])).toBeLessThanOrEqual(width + 24);
  }
});

test.each([
  ["shares=[0.15]", "shares.0: expected a share that makes a whole number of 40 identities", false],
  ["shares=[0.01]", "shares.0: expected a share that makes a whole number of 40 identities", true],
  ["asked=[41]", "asked.0: expected at most the 40 identities", true],
  ["sybils=[lie]", "sybils.0", true],
])("%s", (override, expected, refused) => {
  const read = () => readExperiment(file, experimentRegistry, { preset: "quick", overrides: [override] });
  if (!refused) {
    expect(read().kind).toBe("outsourced");
    return;
  }
  try {
    read();
    expect.unreachable();
  } catch (error) {
    expect((error as ExperimentFileError).problems[0]).toContain(expected);
  }
});

test("every preset of the file is valid", () => {
  for (const preset of [undefined, "quick", "full"])
    expect(readExperiment(file, experimentRegistry, { preset }).kind).toBe("outsourced");
});
