/** Networks that fail, as an experiment file describes them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { experimentRegistry } from "../../../experiments/index.ts";
import type { NetworkRow } from "../../../experiments/network/rows.ts";
import type { NetworkSettings } from "../../../experiments/network/settings.ts";
import { type ExperimentFileError, readExperiment } from "../../../src/lab/experiment/file.ts";
import { toCsv } from "../../../src/lab/results/table.ts";
import { Sweep } from "../../../src/lab/runner/sweep.ts";

const file = "experiments/network/outages.yaml";
const resultsFolder = mkdtempSync(join(tmpdir(), "camelid-outages-"));
afterAll(() => rmSync(resultsFolder, { recursive: true, force: true }));

const small = [
  "runs=1",
  "prompts.count=4",
  "jobs={perHour: 40, hours: 1, settleHours: 1, tokenLimit: 96, rewardCoins: 0.01, stakeRatio: 1, feeCoins: 0.0001, fundsStakes: 20}",
];
const read = (...overrides: string[]) =>
  readExperiment(file, experimentRegistry, { preset: "quick", overrides: [...small, ...overrides] });

/** The network as it stood at the end. */
async function ended(...overrides: string[]) {
  const experiment = read("factors=null", ...overrides);
  const sweep = new Sweep();
  const result = await experimentRegistry["network"]!.run(experiment, {
    resultsFolder,
    signal: new AbortController().signal,
    onProgress: () => {},
    sweep,
  });
  expect(sweep.failures).toEqual([]);
  result.discardJournal();
  const table = result.report.tables[0]!;
  const network = (table.rows as readonly NetworkRow[]).find(({ party }) => party === "network")!;
  return { csv: toCsv(table), network, rows: table.rows as readonly NetworkRow[] };
}

const problemsOf = (...overrides: string[]): readonly string[] => {
  try {
    read(...overrides);
    return [];
  } catch (error) {
    return (error as ExperimentFileError).message.split("\n");
  }
};

test("the same outages come out the same, and other ones do not; no model is opened", async () => {
  const [once, twice, calm] = [await ended(), await ended(), await ended("outages=null")];
  expect(twice.csv).toBe(once.csv);
  expect(calm.csv).not.toBe(once.csv);
  expect(calm.network.jobs).toBe(once.network.jobs);
});

test("who is cut off waits: the tenth of outputs that came last comes later", async () => {
  const cut =
    "outages={script: [{kind: down, atHours: 0.2, parties: [{of: node}]}, {kind: up, atHours: 0.5, parties: [{of: node}]}]}";
  const [calm, outage] = [await ended("outages=null"), await ended(cut)];
  expect(outage.network.firstTokenP90Seconds!).toBeGreaterThan(calm.network.firstTokenP90Seconds! + 300);
});

test("played transmission by transmission, through churn and a partition, everything arrives when it was worked out to", async () => {
  const partition =
    "outages.script=[{kind: partition, atHours: 0.4, groups: [[{of: node, share: 0.5}]]}, {kind: heal, atHours: 0.6}]";
  const changes = [partition, "outages.retrySeconds=60"];
  const [worked, played] = [await ended(...changes), await ended(...changes, "simulateTransmissions=true")];
  expect(played.csv).toBe(worked.csv);
});

describe("one line says where and what", () => {
  test.each([
    {
      set: "outages.churn=[{parties: [{of: nodes}], meanUpHours: 1, meanDownHours: 1}]",
      says: /outages\.churn\.0\.parties\.0\.of: expected a party such as node, client, verifier, miner$/m,
    },
    {
      set: "outages.script=[{kind: partition, atHours: 1, groups: [[{of: node/honest/99}]]}]",
      says: /outages\.script\.0\.groups\.0\.0\.of: expected a party such as/,
    },
    { set: "outages.loss=1", says: /outages\.loss: expected at most 0\.9, found 1/ },
    { set: "outages.script=[{kind: explode, atHours: 1}]", says: /outages\.script\.0/ },
    { set: "peering=psychic", says: /peering: expected one of .*drawn.*discovered/ },
    {
      set: "outages.churn=[{parties: [{of: node}], meanUpHours: 0.000001, meanDownHours: 1}]",
      says: /outages\.churn\.0\.meanUpHours: expected at least 0\.001/,
    },
    {
      set: "outages.script=[{kind: partition, atHours: 1, groups: [[{of: node}], [{of: node/honest/0}]]}]",
      says: /outages\.script\.0\.groups: expected everybody in one group: node\/honest\/0 is in two/,
    },
    {
      set: "outages.script=[{kind: heal, atHours: 99}]",
      says: /outages\.script\.0\.atHours: expected at most 2, when the run ends/,
    },
    { set: "outages.retrySeconds=0", says: /outages\.retrySeconds: expected at least 1, found 0/ },
  ])("$set", ({ set, says }) => {
    expect(problemsOf("factors=null", set).join("\n")).toMatch(says);
  });

  test("transmissions that are drawn as lost cannot be played beside", () => {
    expect(problemsOf("factors=null", "outages.loss=0.1", "simulateTransmissions=true").join("\n")).toMatch(
      /simulateTransmissions: expected false where transmissions are lost/,
    );
  });
});

test("a setting that the file varies is not silently set to something else", () => {
  expect(problemsOf("outages.loss=0.5")).toEqual([
    "--set outages.loss=0.5: outages.loss is varied, so that this would change nothing; give its values, --set 'factors.outages.loss=[...]', or vary nothing, --set factors=null",
  ]);
  expect(problemsOf("factors=null", "outages.loss=0.5")).toEqual([]);
  expect(problemsOf("factors.outages.loss=[0.5]")).toEqual([]);
});

test("every preset of the file can be read, each fault with parties that are there", () => {
  for (const preset of ["quick", "partition", "full"]) {
    const { settings, combinations } = readExperiment(file, experimentRegistry, { preset });
    expect((settings as NetworkSettings).peering).toBe("discovered");
    expect(combinations!.length).toBeGreaterThan(3);
  }
});
