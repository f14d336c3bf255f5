import { expect, test } from "vitest";
import { analyseBreakEven } from "../../../experiments/break-even/analyse.ts";
import { breakEvenRows } from "../../../experiments/break-even/model.ts";
import {
  BLOG,
  dilemmaSettings,
  EXACT,
  payoffs,
  populationSettings,
  rows,
  shortcut,
  simulated,
  speculative,
  terms,
} from "../../../experiments/economics/sample.ts";
import { experimentRegistry } from "../../../experiments/index.ts";
import { analysePopulation } from "../../../experiments/population/analyse.ts";
import { checkRows } from "../../../experiments/population/checks.ts";
import { restingRows } from "../../../experiments/population/grid.ts";
import { analyseSecurityFrontier } from "../../../experiments/security-frontier/analyse.ts";
import { frontierRows } from "../../../experiments/security-frontier/model.ts";
import { analyseVerifiersDilemma } from "../../../experiments/verifiers-dilemma/analyse.ts";
import { dilemmaRows } from "../../../experiments/verifiers-dilemma/model.ts";
import { prototypeHardware } from "../../../src/actors/hardware-profile.ts";
import { drawFigure, rasterize } from "../../../src/lab/charts/figure.ts";
import type { ExperimentReport } from "../../../src/lab/results/experiment-report.ts";
import { toCsv } from "../../../src/lab/results/table.ts";

async function holds(kind: string, report: ExperimentReport): Promise<void> {
  const again = experimentRegistry[kind]!.reportOf(toCsv(report.tables[0]!), "1");
  expect(again.verdicts).toEqual(report.verdicts);
  expect(again.summaries).toEqual(report.summaries);
  for (const figure of report.figures)
    for (const width of [640, 340]) {
      const { warnings, svg, spec } = await drawFigure(figure, width);
      expect(warnings).toEqual([]);
      expect(JSON.stringify(spec)).toMatch(/C7|C11|2\.5\.3/);
      if (width === 640) expect(rasterize(svg, 1).length).toBeGreaterThan(5000);
    }
}

test("break-even: 51 % is one point of the curve, and a coarser model gains at low stakes", async () => {
  const report = analyseBreakEven(breakEvenRows(payoffs, terms as never));
  const [c7] = report.verdicts;
  expect(c7).toMatchObject({ claim: "C7", verdict: "partly", obtained: "computed exactly" });
  expect(c7!.number!.value).toBeCloseTo(51 / 49, 12);
  const paying = report.summaries[0]!.rows as Record<string, unknown>[];
  const at = (scheme: string, stake: number, verified: number) =>
    paying.find((row) => row["scheme"] === scheme && row["stake / reward"] === stake && row["verified"] === verified)!;
  // Saves 0.5, caught 5 %: gains until (R + S) x 0.05 = 0.5.
  expect(at(BLOG, 1, 1)).toMatchObject({ gain: 1, "gains most": "weights in Q8_0" });
  expect(at(BLOG, 10, 1)).toMatchObject({ gain: 0 });
  await holds("break-even", report);
});

test("break-even: honest nodes lose stakes where they are rejected, and elsewhere no more than a bound", () => {
  const losses = analyseBreakEven(breakEvenRows(payoffs, terms as never)).tables[1]!.rows as Record<string, unknown>[];
  const of = (variation: string, scheme: string) =>
    losses.find((row) => row["variation"] === variation && row["scheme"] === scheme)!;
  expect(of(speculative, EXACT)["stakesLostPer1000Jobs"]).toBeCloseTo(1000 / 30, 6);
  expect(of("honest", EXACT)).toMatchObject({ stakesLostPer1000Jobs: 0, leavesAtStakeRatio: null });
  expect(of("honest", EXACT)["stakesLostPer1000JobsHigh"]).toBeCloseTo(1000 * (1 - 0.05 ** (1 / 30)), 6);
});

test("security frontier: the less is verified the more must be staked, and the cheapest safe terms are named", async () => {
  const hardware = prototypeHardware([{ root: "t", bytes: 100 }]);
  const frontier = frontierRows(payoffs, rows, terms, hardware, "t");
  const share = (scheme: string, stakeRatio: number) =>
    frontier.find((row) => row.scheme === scheme && row.stakeRatio === stakeRatio && row.yardstick === "honest")!;
  expect(share(BLOG, 1).leastVerifiedShare!).toBeGreaterThan(1); // 0.5 / (0.05 x 3)
  expect(share(BLOG, 1).leastVerifiedShare!).toBeCloseTo(0.5 / (0.05 * 3), 6);
  expect(share(BLOG, 1).verificationCost).toBeNull();
  expect(share(BLOG, 10).leastVerifiedShare!).toBeLessThan(1);
  expect(share(EXACT, 1).binding).toBe("weights in Q8_0");
  await holds("security-frontier", analyseSecurityFrontier(frontier));
});

test("verifier's dilemma: echoing gains what computing costs, until it can be found out", async () => {
  const made = dilemmaRows(dilemmaSettings as never, [shortcut]);
  const row = (rule: string, fee: number, stake: number) =>
    made.find((one) => one.rule === rule && one.feeOverCost === fee && one.stakeOverCost === stake)!;
  expect(row("claim disclosed", 2, 10).lazyGain).toBeCloseTo(1, 12);
  // 0.3 x (2 + 10) against a saving of 0.85.
  expect(row("claim withheld", 2, 10).lazyGain).toBeCloseTo(0.85 - 3.6, 12);
  expect(row("claim withheld", 2, 10).lazyGainHigh).toBeCloseTo(0.85 - 2.4, 12);
  await holds("verifiers-dilemma", analyseVerifiersDilemma(made));
});

test("population: cheats hold out where hardly anything is verified, and not where it costs them", async () => {
  const grid = restingRows(payoffs[0]!, populationSettings as never);
  const at = (scheme: string, stakeRatio: number, verifiedShare: number) =>
    grid.find((row) => row.scheme === scheme && row.stakeRatio === stakeRatio && row.verifiedShare === verifiedShare)!;
  expect(at(BLOG, 0.1, 0.1).cheatShare!).toBeGreaterThan(0.9);
  expect(at(EXACT, 10, 1).cheatShare!).toBeLessThan(0.05);
  const checks = checkRows(simulated, payoffs[0]!, populationSettings as never, 0.001);
  expect(checks).toHaveLength(4);
  // Half of all jobs would go to each pair of nodes if they took equal time.
  expect(checks[0]!.predictedPerNodeHour!).toBeGreaterThan(0);
  await holds("population", analysePopulation([...grid, ...checks]));
});
