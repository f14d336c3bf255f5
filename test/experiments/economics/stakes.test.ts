import fc from "fast-check";
import { expect, test } from "vitest";
import {
  breakEvenAcceptance,
  breakEvenAgainst,
  expectedProfit,
  honestLeaveStake,
  honestLoss,
  minStakeRatio,
  minVerificationRate,
  stakeRatioForBreakEven,
} from "../../../experiments/economics/stakes.ts";

test("a job worked out by hand: reward 10, stake 5, half of the jobs verified, accepted 8 times of 10, cost 2", () => {
  // Slashed in 0.5 x 0.2 = 10 % of the jobs: 0.9 x 10 - 0.1 x 5 - 2.
  const stakes = { reward: 10, stake: 5, verifiedShare: 0.5 };
  expect(expectedProfit(stakes, { acceptance: 0.8, cost: 2 })).toBeCloseTo(6.5, 12);
  expect(honestLoss(stakes, 0.2, 1000)).toBeCloseTo(500, 9);
});

test("p* is (stake + cost) / (reward + stake) when everything is verified", () => {
  expect(breakEvenAcceptance({ reward: 10, stake: 5, verifiedShare: 1 }, 2)).toBeCloseTo((5 + 2) / (10 + 5), 12);
});

test("the published 51 % is one point of it: a free cheat, and a stake of 1.04 rewards", () => {
  const ratio = stakeRatioForBreakEven(0.51);
  expect(ratio).toBeCloseTo(51 / 49, 12);
  expect(breakEvenAcceptance({ reward: 1, stake: ratio, verifiedShare: 1 }, 0)).toBeCloseTo(0.51, 12);
});

const money = fc.double({ min: 0.01, max: 100, noNaN: true });
const share = fc.double({ min: 0.01, max: 1, noNaN: true });

test("at p* a play earns nothing, and at p* against honesty as much as honesty", () => {
  fc.assert(
    fc.property(
      money,
      money,
      share,
      money,
      share,
      money,
      (reward, stake, verifiedShare, cost, accepted, honestCost) => {
        const stakes = { reward, stake, verifiedShare };
        const scale = 1e-9 * (reward + stake + cost + honestCost);
        const even = breakEvenAcceptance(stakes, cost);
        expect(Math.abs(expectedProfit(stakes, { acceptance: even, cost }))).toBeLessThan(scale);
        const honest = { acceptance: accepted, cost: honestCost };
        const against = breakEvenAgainst(stakes, honest, cost);
        const gain = expectedProfit(stakes, { acceptance: against, cost }) - expectedProfit(stakes, honest);
        expect(Math.abs(gain)).toBeLessThan(scale);
      },
    ),
  );
});

test("the least stake ratio and the least share of verified jobs are where a cheat stops gaining", () => {
  fc.assert(
    fc.property(money, share, share, share, money, money, (reward, verifiedShare, one, other, c1, c2) => {
      const honest = { acceptance: Math.max(one, other), cost: Math.max(c1, c2) };
      const cheat = { acceptance: Math.min(one, other), cost: Math.min(c1, c2) };
      fc.pre(honest.acceptance - cheat.acceptance > 1e-3);
      const gain = (stake: number, verified: number) => {
        const stakes = { reward, stake, verifiedShare: verified };
        return expectedProfit(stakes, cheat) - expectedProfit(stakes, honest);
      };
      const ratio = minStakeRatio(reward, verifiedShare, honest, cheat);
      const scale = 1e-9 * (1 + ratio) * (reward + honest.cost);
      expect(gain(ratio * reward, verifiedShare)).toBeLessThan(scale);
      if (ratio > 0.01) expect(gain(0.9 * ratio * reward, verifiedShare)).toBeGreaterThan(-scale);
      const least = minVerificationRate({ reward, stake: reward }, honest, cheat);
      expect(Math.abs(gain(reward, least))).toBeLessThan(1e-9 * (reward + honest.cost));
    }),
  );
});

test("no stake helps against a cheat that passes as often as honesty and costs less; none is needed against a dearer one", () => {
  expect(minStakeRatio(1, 1, { acceptance: 0.9, cost: 0.5 }, { acceptance: 0.9, cost: 0.4 })).toBe(
    Number.POSITIVE_INFINITY,
  );
  expect(minStakeRatio(1, 1, { acceptance: 0.9, cost: 0.5 }, { acceptance: 0.95, cost: 0.5 })).toBe(
    Number.POSITIVE_INFINITY,
  );
  expect(minStakeRatio(1, 1, { acceptance: 0.9, cost: 0.5 }, { acceptance: 0.95, cost: 0.6 })).toBe(0);
  expect(minStakeRatio(1, 1, { acceptance: 0.9, cost: 0.5 }, { acceptance: 0.8, cost: 0.6 })).toBe(0);
});

test("honest nodes leave where false rejects eat the reward", () => {
  // One job in ten lost: 0.9 x 10 - 0.1 S = 4, so S = 50.
  expect(honestLeaveStake({ reward: 10, verifiedShare: 1 }, 0.1, 4)).toBeCloseTo(50, 9);
  expect(honestLeaveStake({ reward: 10, verifiedShare: 1 }, 0, 4)).toBe(Number.POSITIVE_INFINITY);
  expect(honestLeaveStake({ reward: 1, verifiedShare: 1 }, 0, 4)).toBe(Number.NEGATIVE_INFINITY);
});
