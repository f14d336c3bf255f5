import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { experimentRegistry } from "../../../experiments/index.ts";
import type { NetworkRow } from "../../../experiments/network/rows.ts";
import { type ExperimentFileError, parseExperiment, readExperiment } from "../../../src/lab/experiment/file.ts";
import type { PlaybackHeader } from "../../../src/lab/playback/format.ts";
import { toCsv } from "../../../src/lab/results/table.ts";
import { matchesPattern } from "../../../src/lab/runner/only.ts";
import { Sweep } from "../../../src/lab/runner/sweep.ts";
import { unitsPerCoin } from "../../../src/protocol/amount.ts";

const file = "experiments/network/network.yaml";
const resultsFolder = mkdtempSync(join(tmpdir(), "camelid-network-"));
afterAll(() => rmSync(resultsFolder, { recursive: true, force: true }));

/** A small network on the embedded models: a few jobs, two texts, three ways to answer them. */
const small = [
  "prompts.count=2",
  "populations=[mixed]",
  "schedulings=[redundant, central]",
  "runs=2",
  "slices=2",
  "nodes=[{kind: honest, count: 2, strategy: honest}, {kind: truncation, count: 1, strategy: truncation}, {kind: lazy-draft, count: 1, strategy: lazy-draft}]",
  "clients=[{kind: verifies, count: 2, verification: local}, {kind: outsources, count: 1, verification: outsourced}]",
  "jobs={perHour: 20, hours: 0.5, settleHours: 0.5, tokenLimit: 12, rewardCoins: 0.01, stakeRatio: 1, feeCoins: 0.0001, fundsStakes: 20}",
];

function run(...overrides: string[]) {
  return runOn(new Sweep(), ...overrides);
}

async function runOn(sweep: Sweep, ...overrides: string[]) {
  const experiment = readExperiment(file, experimentRegistry, { preset: "quick", overrides: [...small, ...overrides] });
  const { signal } = new AbortController();
  const result = await experimentRegistry["network"]!.run(experiment, {
    resultsFolder,
    signal,
    onProgress: () => {},
    sweep,
  });
  if (sweep.failures.length > 0) throw new Error(sweep.failures[0]!.message);
  const playbacks = sweep.artifacts
    .filter(({ name }) => name.endsWith("/playback.jsonl"))
    .map(({ path }) => readFileSync(path, "utf8"));
  result.discardJournal();
  return { ...result, playbacks };
}

/** Each cell's playback ends where its rows end. */
function expectEndsOf(playbacks: readonly string[], rows: readonly NetworkRow[]): void {
  const earnings = (row: NetworkRow) =>
    `${row.kind} ${row.jobs} ${row.settled} ${Math.round(row.earnedCoins! * unitsPerCoin)}`;
  const ends = rows.filter(({ party, hours }) => party === "node" && hours === 1).map(earnings);
  const shown = playbacks.flatMap((text) => {
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const [{ groups, columns }] = lines as [PlaybackHeader];
    const value = (group: number, name: string) =>
      lines.findLast((line) => line.groups?.[group] != null).groups[group][columns.node.indexOf(name as never)];
    const nodes = groups.flatMap(({ party }, group) => (party === "node" ? [group] : []));
    const numbers = (group: number) => ["jobs", "settled", "earnedUnits"].map((name) => value(group, name)).join(" ");
    return nodes.map((group) => `${groups[group]!.kind} ${numbers(group)}`);
  });
  expect(shown.length).toBe(2 * 2 * 3);
  expect(shown).toEqual(ends);
}

let live: Awaited<ReturnType<typeof run>>;
beforeAll(async () => {
  live = await runOn(new Sweep({ workers: 2 }), "inference=live");
});

test("runs on real models, and from its store with none opened gives the same bytes", async () => {
  const rows = toCsv(live.report.tables[0]!);
  expect(rows.split("\n").length).toBeGreaterThan(2 * 2 * 2 * 8);
  expect(live.consoleSummary.length).toBe(2);

  forbidModels();
  const stored = await run("inference=store-only");
  await expect(run("inference=live")).rejects.toThrow("llama.cpp was opened"); // the watch itself barks
  vi.unstubAllEnvs();
  expect(toCsv(stored.report.tables[0]!)).toBe(rows);
  expect(stored.report.verdicts).toEqual(live.report.verdicts);
  expect(stored.playbacks).toEqual(live.playbacks);
  expectEndsOf(live.playbacks, live.report.tables[0]!.rows as readonly NetworkRow[]);

  const again = experimentRegistry["network"]!.reportOf(rows, "1");
  expect(again.verdicts).toEqual(live.report.verdicts);
});

test("the whitepaper's reading of RASTiC looks inside the prompt, and slashes honest nodes for the client's words", async () => {
  const { report } = await run("rastic=whitepaper", "checkBudget=8", `store=":memory:"`);
  const rows = report.tables[0]!.rows as readonly Record<string, unknown>[];
  const honest = rows.filter(({ party, followsProtocol }) => party === "node" && followsProtocol === true);
  expect(Math.max(...honest.map(({ wronglySlashed }) => Number(wronglySlashed)))).toBeGreaterThan(0);
});

/** Worker processes from now on fail when they open llama.cpp. */
function forbidModels(): void {
  const hook = `import { registerHooks } from "node:module";
    registerHooks({ resolve(specifier, context, next) {
      if (specifier === "node-llama-cpp") throw new Error("llama.cpp was opened");
      return next(specifier, context);
    } });`;
  vi.stubEnv("NODE_OPTIONS", `--import=data:text/javascript,${encodeURIComponent(hook)}`);
}

test("one worker and two give the same bytes, one that was stopped half-way and went on included", async () => {
  const rowsOf = async (sweep: Sweep) => toCsv((await runOn(sweep)).report.tables[0]!);
  const byTwo = toCsv(live.report.tables[0]!);
  expect(await rowsOf(new Sweep({ workers: 1 }))).toBe(byTwo);
  const half = new Sweep({ workers: 2, only: matchesPattern("central") });
  await rowsOf(half);
  expect([half.finished, half.planned]).toEqual([2, 4]);
  expect(await rowsOf(new Sweep({ workers: 2 }))).toBe(byTwo);
});

test("another seed gives other rows", async () => {
  const { report } = await run("seed=2");
  expect(toCsv(report.tables[0]!)).not.toBe(toCsv(live.report.tables[0]!));
});

test("without a store it refuses to run store-only, and names what is missing", async () => {
  await expect(run("inference=store-only", `store=${join(resultsFolder, "none.sqlite")}`)).rejects.toThrow(
    /none\.sqlite: \d+ of \d+ transcripts are missing; the first: strategy/,
  );
});

test("every preset of the file is valid", () => {
  for (const preset of [undefined, "quick", "full"])
    expect(readExperiment(file, experimentRegistry, { preset }).kind).toBe("network");
});

test.each([
  ["nodes.0.strategy=honset", "nodes.0.strategy"],
  ["rastic=greenpaper", "rastic"],
  ["nodes.1.kind=honest", "nodes.1.kind: expected another name: this one is taken"],
  ["nodes.0.hardware=abacus", "nodes.0.hardware: expected one of prototype, fast, slow"],
  ["verifiers.2.with=nobody", "verifiers.2.with: expected one of honest,"],
  ["verifiers=[]", "verifiers: expected verifiers: a client outsources"],
  ["jobs.perHour=-1", "jobs.perHour"],
  ["protocol={counterProofWindow: 1000}", "protocol.counterProofWindow: "],
  ["protocol.blockIntervalMs=0", "protocol.blockIntervalMs"],
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

test("a file without the model that jobs ask for is refused, with its line", () => {
  const text = readFileSync(file, "utf8").replace("  target: models", "  traget: models");
  expect(() => parseExperiment(file, text, experimentRegistry)).toThrow(
    /network\.yaml:\d+:\d+ models: expected a model called target/,
  );
});

test("a prompt file that is missing or too short is named", async () => {
  await expect(run("prompts.file=nowhere.txt")).rejects.toThrow(
    "nowhere.txt: no such file; give a text file with one prompt a line as prompts.file",
  );
  await expect(run("prompts.count=100000")).rejects.toThrow("models/prompts.txt: 368 prompts; give more");
});
