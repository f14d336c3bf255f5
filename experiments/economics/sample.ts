/** Plays of a small game with answers that can be worked out on paper. */

import { honestBaseline } from "../../src/actors/strategies/standard.ts";
import { Streams } from "../../src/sim/streams.ts";
import { claimedRow } from "./sample-rows.ts";
import { strategyPayoffs } from "./strategy-payoffs.ts";

export const EXACT = "full-recomputation";
export const BLOG = "rastic blog k=1";
export const speculative = "honest, speculative decoding";

/** Thirty prompts; a coarser model passes nearly always for half the cost, a free text never. */
export const rows = Array.from({ length: 30 }, (_, prompt) => [
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
export const payoffs = strategyPayoffs(rows, new Streams("1"));
export const terms = {
  schemes: [BLOG, EXACT],
  rewardOverCost: 1.5,
  stakeRatios: [1, 0.1, 10],
  verifiedShares: [1, 0.1],
};

function both(blog: number, exact: number) {
  return { [BLOG]: blog, [EXACT]: exact };
}

/** Of those who would rather not verify: what they answer, how often it is missed, what it costs. */
export const shortcut = {
  label: "lazy, draft",
  misses: { value: 0.3, low: 0.2, high: 0.4, confidence: 0.95 },
  cost: 0.15,
};

export const dilemmaSettings = {
  feesOverCost: [0, 2],
  stakesOverCost: [0, 10],
  forcedErrorShares: [0.05, 0.2],
  identities: 50,
  bribedShares: [0, 0.4],
  verifiersAsked: [1, 3],
};

export const populationSettings = {
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

const point = { scheme: BLOG, stakeRatio: 1, verifiedShare: 1 };
export const simulated = [0, 1].flatMap((run) =>
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
