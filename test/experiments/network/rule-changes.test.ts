/** The real simulator on real transcripts: three deliberate changes of the rules are told apart, and no change is called one. */
import { describe, expect, test, vi } from "vitest";
import { networkMetrics } from "../../../experiments/network/compare.ts";
import { type NetworkRow, networkRowTable } from "../../../experiments/network/rows.ts";
import { type Comparison, compareRuns } from "../../../src/lab/compare/compare.ts";
import type { ChangeVerdict } from "../../../src/lab/compare/judge.ts";
import { fromCsv } from "../../../src/lab/results/table.ts";
import type { JobRecord } from "../../../src/protocol/jobs/job-record.ts";
import { parameters } from "../../../src/protocol/parameters.ts";
import type { Result } from "../../../src/protocol/result.ts";
import { Streams } from "../../../src/sim/streams.ts";
import { playedRun, range, storedRun } from "./small-networks.ts";

/** The bug of the third change: a charge is upheld, and the stake stays where it is. */
const bug = vi.hoisted(() => ({ keepsStakes: false }));
vi.mock("../../../src/protocol/jobs/disputes.ts", async (original) => {
  const rules = await original<typeof import("../../../src/protocol/jobs/disputes.ts")>();
  const broken = (result: Result<JobRecord>): Result<JobRecord> =>
    bug.keepsStakes && result.ok && result.value.ruling !== null
      ? { ok: true, value: { ...result.value, ruling: { ...result.value.ruling, slashed: null } } }
      : result;
  return {
    ...rules,
    retest: (...given: Parameters<typeof rules.retest>) => broken(rules.retest(...given)),
    resolveDispute: (...given: Parameters<typeof rules.resolveDispute>) => broken(rules.resolveDispute(...given)),
  };
});

const runs = range(0, 12);
const today = await playedRun({ runs });

const named = ({ metrics }: Comparison, verdict: ChangeVerdict) =>
  metrics.filter((metric) => metric.verdict === verdict).map(({ id }) => id.replace("mixed/central/", ""));

describe("on common random numbers", () => {
  test("the same rules twice are unchanged, every metric identical", async () => {
    const comparison = compareRuns(today, await playedRun({ runs }), networkMetrics);
    expect(comparison.verdict).toBe("unchanged");
    expect(comparison.paired).toBe(true);
    for (const { reason } of comparison.metrics) expect(reason).toMatch(/^identical in all 12 pairs/);
  });

  test("a shorter dispute window changes how long disputes last, and nothing else", async () => {
    const change = { parameters: { ...parameters("full"), counterProofWindowMs: 60_000 } };
    const comparison = compareRuns(today, await playedRun({ runs, change }), networkMetrics);
    expect(named(comparison, "changed")).toEqual(["network/disputeMedianSeconds"]);
    expect(named(comparison, "undecided")).toEqual([]);
  });

  test("k = 2 makes checking dearer; generation, traffic's price and honest nodes' pay stay", async () => {
    const change = { parameters: { ...parameters("full"), checkBudget: 2 } };
    const comparison = compareRuns(today, await playedRun({ runs, change }), networkMetrics);
    const [changed, unchanged] = [named(comparison, "changed"), named(comparison, "unchanged")];
    expect(changed).toEqual(expect.arrayContaining(["network/checkedTokens", "network/joules", "network/messages"]));
    for (const id of changed)
      expect(id).toMatch(/^network\/(checkedTokens|joules|messages|bytes|verified\w+)$|^lazy\//);
    expect(unchanged).toEqual(
      expect.arrayContaining([
        "network/jobs",
        "network/blocks",
        "network/generationTokens",
        "network/firstTokenMedianSeconds",
        "honest/won",
        "honest/earnedCoins",
        "honest/slashed",
      ]),
    );
  });

  test("a broken slash spares cheats: stakes and earnings change, not who is caught nor what honest nodes get", async () => {
    bug.keepsStakes = true;
    const broken = await playedRun({ runs }).finally(() => {
      bug.keepsStakes = false;
    });
    const comparison = compareRuns(today, broken, networkMetrics);
    const changed = named(comparison, "changed");
    expect(changed).toEqual(
      expect.arrayContaining([
        "unrelated/slashed",
        "unrelated/earnedCoins",
        "withholding/slashed",
        "withholding/earnedCoins",
      ]),
    );
    for (const id of changed) expect(id).toMatch(/(slashed|earnedCoins|bankrupt)$|^network\/(chainBytes|bytes)$/);
    expect(named(comparison, "unchanged")).toEqual(
      expect.arrayContaining([
        "network/jobs",
        "network/disputes",
        "network/checkedTokens",
        "honest/earnedCoins",
        "unrelated/caught",
      ]),
    );
  });
});

describe("100 comparisons of the same rules with themselves", async () => {
  // Each world of the pool has random numbers of its own; a comparison draws two disjoint samples from it.
  const worlds = await playedRun({ runs: range(0, 200) });
  const rows = fromCsv<NetworkRow>(worlds.rowsCsv, networkRowTable.table([]));
  const byRun = [...Map.groupBy(rows, ({ run }) => run).values()];
  const sample = (picked: readonly (readonly NetworkRow[])[], seed: string) =>
    storedRun(
      picked.flatMap((world, run) => world.map((row) => ({ ...row, run }))),
      seed,
    );

  test.each([
    ["paired", 12, "one seed", "one seed"],
    ["unpaired, of two seeds", 7, "one seed", "another seed"],
  ])("%s: not more than 5 are called changed", (_, size, seedA, seedB) => {
    const draws = new Streams("false alarms").fresh(`${size}`);
    let alarms = 0;
    for (let attempt = 0; attempt < 100; attempt++) {
      const left = [...byRun];
      const drawn = () => Array.from({ length: size }, () => left.splice(draws.below(left.length), 1)[0]!);
      const [a, b] = [drawn(), drawn()];
      const { verdict, paired } = compareRuns(sample(a, seedA), sample(b, seedB), networkMetrics);
      expect(paired).toBe(seedA === seedB);
      if (verdict === "changed") alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(5);
  });
});
