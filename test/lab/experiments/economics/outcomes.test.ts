import { expect, test } from "vitest";
import { prototypeHardware } from "../../../../src/actors/hardware-profile.ts";
import { honestBaseline } from "../../../../src/actors/strategies/standard.ts";
import { measuredPlays } from "../../../../src/lab/economics/measured-plays.ts";
import { breakEvenRows } from "../../../../src/lab/experiments/break-even/rows.ts";
import { experimentKinds } from "../../../../src/lab/experiments/kinds.ts";
import { checkRows } from "../../../../src/lab/experiments/population/checks.ts";
import { restingRows } from "../../../../src/lab/experiments/population/grid.ts";
import { frontierRows } from "../../../../src/lab/experiments/security-frontier/rows.ts";
import { dilemmaRows } from "../../../../src/lab/experiments/verifiers-dilemma/rows.ts";
import { breakEvenOutcome } from "../../../../src/lab/figures/break-even/outcome.ts";
import { drawFigure, rasterize } from "../../../../src/lab/figures/figure.ts";
import { populationOutcome } from "../../../../src/lab/figures/population/outcome.ts";
import { securityFrontierOutcome } from "../../../../src/lab/figures/security-frontier/outcome.ts";
import { verifiersDilemmaOutcome } from "../../../../src/lab/figures/verifiers-dilemma/outcome.ts";
import type { ExperimentOutcome } from "../../../../src/lab/results/outcome.ts";
import { toCsv } from "../../../../src/lab/results/table.ts";
import { Streams } from "../../../../src/sim/streams.ts";
import { claimedRow } from "../../economics/claimed-rows.ts";

const EXACT = "full-recomputation";
const BLOG = "rastic blog k=1";
const speculative = "honest, speculative decoding";

/** Thirty prompts; a coarser model passes nearly always for half the cost, a free text never. */
const rows = Array.from({ length: 30 }, (_, prompt) => [
  claimedRow({ prompt, strategy: honestBaseline.label, kind: "honest-variation", workMs: 100, accept: both(1, 1) }),
  claimedRow({
    prompt,
    strategy: speculative,
    kind: "honest-variation",
    workMs: 60,
    accept: both(1, prompt === 0 ? 0 : 1),
  }),
  claimedRow({ prompt, strategy: "unrelated output", kind: "cheat", workMs: 5, accept: both(0, 0) }),
  claimedRow({
    prompt,
    strategy: "weights in Q8_0",
    kind: "cheat",
    workMs: 50,
    accept: both(0.95, prompt % 3 === 0 ? 0 : 1),
  }),
]).flat();
const plays = measuredPlays(rows, new Streams("1"));
const terms = { schemes: [BLOG, EXACT], rewardOverCost: 1.5, stakeRatios: [1, 0.1, 10], verifiedShares: [1, 0.1] };

function both(blog: number, exact: number) {
  return { [BLOG]: blog, [EXACT]: exact };
}

async function holds(kind: string, outcome: ExperimentOutcome): Promise<void> {
  const again = await experimentKinds[kind]!.outcomeOf(toCsv(outcome.tables[0]!), "1");
  expect(again.verdicts).toEqual(outcome.verdicts);
  expect(again.digests).toEqual(outcome.digests);
  for (const figure of outcome.figures)
    for (const width of [640, 340]) {
      const { warnings, svg, spec } = await drawFigure(figure, width);
      expect(warnings).toEqual([]);
      expect(JSON.stringify(spec)).toMatch(/C7|C11|2\.5\.3/);
      if (width === 640) expect(rasterize(svg, 1).length).toBeGreaterThan(5000);
    }
}

test("break-even: 51 % is one point of the curve, and a coarser model gains at low stakes", async () => {
  const outcome = breakEvenOutcome(breakEvenRows(plays, terms as never));
  const [c7] = outcome.verdicts;
  expect(c7).toMatchObject({ claim: "C7", verdict: "partly", obtained: "computed exactly" });
  expect(c7!.number!.value).toBeCloseTo(51 / 49, 12);
  const paying = outcome.digests[0]!.rows as Record<string, unknown>[];
  const at = (scheme: string, stake: number, verified: number) =>
    paying.find((row) => row["scheme"] === scheme && row["stake / reward"] === stake && row["verified"] === verified)!;
  // Saves 0.5, caught 5 %: gains until (R + S) x 0.05 = 0.5.
  expect(at(BLOG, 1, 1)).toMatchObject({ gain: 1, "gains most": "weights in Q8_0" });
  expect(at(BLOG, 10, 1)).toMatchObject({ gain: 0 });
  await holds("break-even", outcome);
});

test("break-even: honest nodes lose stakes where they are rejected, and elsewhere no more than a bound", () => {
  const losses = breakEvenOutcome(breakEvenRows(plays, terms as never)).tables[1]!.rows as Record<string, unknown>[];
  const of = (variation: string, scheme: string) =>
    losses.find((row) => row["variation"] === variation && row["scheme"] === scheme)!;
  expect(of(speculative, EXACT)["stakesLostPer1000Jobs"]).toBeCloseTo(1000 / 30, 6);
  expect(of("honest", EXACT)).toMatchObject({ stakesLostPer1000Jobs: 0, leavesAtStakeRatio: null });
  expect(of("honest", EXACT)["stakesLostPer1000JobsHigh"]).toBeCloseTo(1000 * (1 - 0.05 ** (1 / 30)), 6);
});

test("security frontier: the less is verified the more must be staked, and the cheapest safe terms are named", async () => {
  const hardware = prototypeHardware([{ root: "t", bytes: 100 }]);
  const frontier = frontierRows(plays, rows, terms, hardware, "t");
  const share = (scheme: string, stakeRatio: number) =>
    frontier.find((row) => row.scheme === scheme && row.stakeRatio === stakeRatio && row.yardstick === "honest")!;
  expect(share(BLOG, 1).leastVerifiedShare!).toBeGreaterThan(1); // 0.5 / (0.05 x 3)
  expect(share(BLOG, 1).leastVerifiedShare!).toBeCloseTo(0.5 / (0.05 * 3), 6);
  expect(share(BLOG, 1).verificationCost).toBeNull();
  expect(share(BLOG, 10).leastVerifiedShare!).toBeLessThan(1);
  expect(share(EXACT, 1).binding).toBe("weights in Q8_0");
  await holds("security-frontier", securityFrontierOutcome(frontier));
});

test("verifier's dilemma: echoing gains what computing costs, until it can be found out", async () => {
  const settings = {
    feesOverCost: [0, 2],
    stakesOverCost: [0, 10],
    forcedErrorShares: [0.05, 0.2],
    identities: 50,
    bribedShares: [0, 0.4],
    verifiersAsked: [1, 3],
  };
  const misses = { value: 0.3, low: 0.2, high: 0.4, confidence: 0.95 };
  const made = dilemmaRows(settings as never, [{ label: "lazy, draft", misses, cost: 0.15 }]);
  const row = (rule: string, fee: number, stake: number) =>
    made.find((one) => one.rule === rule && one.feeOverCost === fee && one.stakeOverCost === stake)!;
  expect(row("claim disclosed", 2, 10).lazyGain).toBeCloseTo(1, 12);
  // 0.3 x (2 + 10) against a saving of 0.85.
  expect(row("claim withheld", 2, 10).lazyGain).toBeCloseTo(0.85 - 3.6, 12);
  expect(row("claim withheld", 2, 10).lazyGainHigh).toBeCloseTo(0.85 - 2.4, 12);
  await holds("verifiers-dilemma", verifiersDilemmaOutcome(made));
});

test("population: cheats hold out where hardly anything is verified, and not where it costs them", async () => {
  const settings = {
    ...terms,
    falseRejects: [0, 0.05],
    load: 0.5,
    outsideShare: 0.2,
    check: {
      points: [],
      cheats: ["weights in Q8_0"],
      nodesOfEach: 2,
      jobs: 50,
      runs: 2,
      clients: 2,
      rewardCoins: 0.01,
    },
  };
  const grid = restingRows(plays[0]!, settings as never);
  const at = (scheme: string, stakeRatio: number, verifiedShare: number) =>
    grid.find((row) => row.scheme === scheme && row.stakeRatio === stakeRatio && row.verifiedShare === verifiedShare)!;
  expect(at(BLOG, 0.1, 0.1).cheatShare!).toBeGreaterThan(0.9);
  expect(at(EXACT, 10, 1).cheatShare!).toBeLessThan(0.05);
  const point = { scheme: BLOG, stakeRatio: 1, verifiedShare: 1 };
  const simulated = [0, 1].flatMap((run) =>
    ["honest", "weights in Q8_0"].map((strategy) => ({
      point,
      run,
      strategy,
      nodes: 2,
      paidJobs: 20,
      slashes: run,
      earnedCoins: 0.2 - 0.01 * run,
    })),
  );
  const checks = checkRows(simulated, plays[0]!, settings as never, 0.001);
  expect(checks).toHaveLength(4);
  // Half of all jobs would go to each pair of nodes if they took equal time.
  expect(checks[0]!.predictedPerNodeHour!).toBeGreaterThan(0);
  await holds("population", populationOutcome([...grid, ...checks]));
});
