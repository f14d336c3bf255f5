import { expect, test } from "vitest";
import { minStakeFrontier, minVerificationFrontier } from "../../../experiments/economics/frontier.ts";
import { claimedRow } from "../../../experiments/economics/sample-rows.ts";
import { solve } from "../../../experiments/economics/solve.ts";
import { expectedProfit } from "../../../experiments/economics/stakes.ts";
import { estimateOf, strategyPayoffs } from "../../../experiments/economics/strategy-payoffs.ts";
import { honestBaseline } from "../../../src/actors/strategies/standard.ts";
import { Streams } from "../../../src/sim/streams.ts";

const EXACT = "full-recomputation";
const LOOSE = "rastic blog k=1";

/** Forty prompts: honest work costs 100 ms and passes; a free text never passes; a cheat at half the cost passes a loose check half the time. */
function rows() {
  return Array.from({ length: 40 }, (_, prompt) => [
    claimedRow({
      prompt,
      strategy: honestBaseline.label,
      kind: "honest-variation",
      workMs: 100,
      accept: { [EXACT]: 1, [LOOSE]: 1 },
    }),
    claimedRow({ prompt, strategy: "free", kind: "cheat", workMs: 0, accept: { [EXACT]: 0, [LOOSE]: 0 } }),
    claimedRow({ prompt, strategy: "half", kind: "cheat", workMs: 50, accept: { [EXACT]: 0, [LOOSE]: prompt % 2 } }),
  ]).flat();
}

const [payoffs] = strategyPayoffs(rows(), new Streams("1"));

test("costs are in honest work, acceptance in means, and a cheat that never passed is feared by its upper bound", () => {
  const half = payoffs!.cheats.find(({ label }) => label === "half")!;
  expect(half.cost[0]).toBeCloseTo(0.5, 12);
  expect(estimateOf(half.acceptance.get(LOOSE)!)).toMatchObject({ value: 0.5 });
  expect(estimateOf(half.acceptance.get(LOOSE)!).low).toBeLessThan(0.45);
});

test("the least share of verified jobs is that of the cheat which asks for most, worked out by hand", () => {
  // Reward 2, stake 2. Free: saving 1, caught 1 - bound; half: saving 0.5, caught 0.5: 0.5 / (0.5 x 4) = 0.25.
  const bound = 1 - 0.05 ** (1 / 40);
  const exact = minVerificationFrontier(payoffs!, EXACT, { rewardOverCost: 2, stakeRatio: 1, yardstick: "honest" });
  expect(exact.binding).toBe("free");
  expect(exact.least.value).toBeCloseTo(1 / ((1 - bound) * 4), 9);
  const loose = minVerificationFrontier(payoffs!, LOOSE, { rewardOverCost: 2, stakeRatio: 1, yardstick: "honest" });
  expect(loose.least.value).toBeCloseTo(Math.max(0.25, 1 / ((1 - bound) * 4)), 9);
  expect(loose.least.high).toBeGreaterThan(loose.least.value);
});

test("with every job verified the least stake is 0 when the reward alone is worth enough", () => {
  const frontier = minStakeFrontier(payoffs!, EXACT, { rewardOverCost: 2, verifiedShare: 1, yardstick: "honest" });
  expect(frontier.least.value).toBe(0);
  const sparse = minStakeFrontier(payoffs!, EXACT, { rewardOverCost: 2, verifiedShare: 0.1, yardstick: "honest" });
  const bound = 1 - 0.05 ** (1 / 40);
  expect(sparse.least.value).toBeCloseTo(1 / (2 * 0.1 * (1 - bound)) - 1, 9);
});

test("under the solution no cheat earns more than honest work, and a little less verification lets one", () => {
  const terms = { rewardOverCost: 1.5, stakeRatio: 2, yardstick: "honest", minimise: "verification-cost" } as const;
  const solutions = solve(payoffs!, terms, () => 0.2);
  expect(solutions.map(({ scheme }) => scheme)).toEqual([EXACT, LOOSE]);
  for (const { scheme, leastVerifiedShare, margin, verificationCost } of solutions) {
    expect(margin.value).toBeGreaterThanOrEqual(-1e-12);
    expect(verificationCost).toBeCloseTo(0.2 * leastVerifiedShare.high, 12);
    const gain = (cheat: string, verifiedShare: number) => {
      const own = payoffs!.cheats.find(({ label }) => label === cheat)!;
      const stakes = { reward: 1.5, stake: 3, verifiedShare };
      return (
        expectedProfit(stakes, { acceptance: own.acceptance.get(scheme)![0]!, cost: own.cost[0]! }) -
        expectedProfit(stakes, { acceptance: 1, cost: 1 })
      );
    };
    for (const cheat of ["free", "half"]) expect(gain(cheat, leastVerifiedShare.high)).toBeLessThanOrEqual(1e-12);
    expect(
      Math.max(gain("free", 0.8 * leastVerifiedShare.value), gain("half", 0.8 * leastVerifiedShare.value)),
    ).toBeGreaterThan(0);
  }
});

test("a cheat that always passes leaves no solution", () => {
  const hopeless = rows().map((row) =>
    row.strategy === "half" ? { ...row, accept: { [EXACT]: 1, [LOOSE]: 1 } } : row,
  );
  const [own] = strategyPayoffs(hopeless, new Streams("1"));
  const terms = { rewardOverCost: 1.5, stakeRatio: 1000, yardstick: "honest", minimise: "verification-cost" } as const;
  expect(solve(own!, terms, () => 0.2)).toEqual([]);
});

test("without speculative outputs there is nothing to hold cheats against", () => {
  const terms = {
    rewardOverCost: 1.5,
    stakeRatio: 2,
    yardstick: "speculative",
    minimise: "verification-cost",
  } as const;
  expect(solve(payoffs!, terms, () => 0.2)).toEqual([]);
});
