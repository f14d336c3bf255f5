import seedrandom from "seedrandom";
import { describe, expect, test } from "vitest";
import { unwrap } from "../../../src/protocol/result.ts";
import { calibrate, type Threshold } from "../../../src/protocol/schemes/calibrate.ts";
import { crossEntropy } from "../../../src/protocol/schemes/cross-entropy.ts";
import { judgeStatistic } from "../../../src/protocol/schemes/judge-statistic.ts";
import { logRank } from "../../../src/protocol/schemes/log-rank.ts";
import type { StatisticScheme } from "../../../src/protocol/schemes/scheme.ts";
import type { ScoredOutput } from "../../../src/protocol/schemes/scored-output.ts";
import { statisticScore } from "../../../src/protocol/schemes/statistic-score.ts";
import { tokenDifr } from "../../../src/protocol/schemes/token-difr.ts";
import { topKLogProbability } from "../../../src/protocol/schemes/top-k-log-probability.ts";
import { positions, rejectionOf, scoredClaim } from "./outputs.ts";

const difr = tokenDifr({ scheme: "token-difr", clipLogits: 0.5 });
const entropy = (sides: "upper" | "both") => crossEntropy({ scheme: "cross-entropy", lessEntropy: false, sides });
const score = (scheme: StatisticScheme, output: ScoredOutput) => unwrap(statisticScore(scheme, output));

describe("scores, worked by hand", () => {
  test("Token-DiFR: the mean margin, each clipped; an excluded token counts as the clip", () => {
    const output = scoredClaim([{}, { consistent: false, margin: 0.2 }, { margin: Number.POSITIVE_INFINITY }, {}]);
    expect(score(difr, output)).toBeCloseTo((0 + 0.2 + 0.5 + 0) / 4, 14);
    expect(rejectionOf(statisticScore(difr, scoredClaim([{ margin: Number.NaN }])))).toBe("scheme-evidence-missing");
  });

  test("top-k log probability: distance to the favourite, the clip beyond rank k", () => {
    const topK = topKLogProbability({ scheme: "top-k-log-probability", topK: 2, clipNats: 3 });
    const output = scoredClaim([
      { rank: 1 },
      { rank: 2, topLogit: 5, claimedLogit: 3.5 },
      { rank: 2, topLogit: 9, claimedLogit: 1 },
      { rank: 3, topLogit: 5, claimedLogit: 4.9 },
    ]);
    expect(score(topK, output)).toBeCloseTo((0 + 1.5 + 3 + 3) / 4, 14);
  });

  test("log-rank: the mean of ln rank", () => {
    const output = scoredClaim([{ rank: 1 }, { rank: 8 }]);
    expect(score(logRank({ scheme: "log-rank", sides: "upper" }), output)).toBeCloseTo(Math.log(8) / 2, 14);
  });

  test("cross-entropy: -ln p at temperature 1, with or without the entropy", () => {
    const output = scoredClaim([
      { logSumExp: 6, claimedLogit: 5, entropyNats: 0.4 },
      { logSumExp: 6, claimedLogit: 3 },
    ]);
    expect(score(entropy("upper"), output)).toBeCloseTo(2, 14);
    const less = crossEntropy({ scheme: "cross-entropy", lessEntropy: true, sides: "both" });
    expect(score(less, output)).toBeCloseTo((1 - 0.4 + (3 - 1)) / 2, 14);
  });

  test("ranks and entropies that were not scored are missed, not made up", () => {
    const output = scoredClaim(positions(3));
    const bare = { ...output, evidence: { ...output.evidence, ranks: null, entropiesNats: null } };
    const needy = [
      logRank({ scheme: "log-rank", sides: "both" }),
      topKLogProbability({ scheme: "top-k-log-probability", topK: 2, clipNats: 3 }),
      crossEntropy({ scheme: "cross-entropy", lessEntropy: true, sides: "upper" }),
    ];
    for (const scheme of needy) expect(rejectionOf(statisticScore(scheme, bare))).toBe("scheme-evidence-missing");
    expect(rejectionOf(statisticScore(entropy("upper"), bare))).toBe("accepted");
  });
});

/** A claim of its own prompt whose cross-entropy is `nats`. */
const claimOf = (prompt: number, nats: number): ScoredOutput =>
  scoredClaim(
    [
      { claimedLogit: 0, logSumExp: nats },
      { claimedLogit: 0, logSumExp: nats },
    ],
    { prompt },
  );

describe("a threshold", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => claimOf(i, i + 1)).reverse();

  test("is the order statistic that split conformal prediction asks for", () => {
    // ceil(101 x 0.95) = 96th of 100; at 1 % the 100th; both sides at 10 %: 5th from each end.
    const high = (share: number) => unwrap(calibrate(entropy("upper"), hundred, share)).high;
    expect([high(0.05), high(0.01), high(0.5)]).toEqual([96, 100, 51]);
    expect(unwrap(calibrate(entropy("both"), hundred, 0.1))).toMatchObject({ low: 5, high: 96, honestClaims: 100 });
  });

  test("is refused where too few honest outputs cannot promise the share", () => {
    const needs = (count: number, share: number, sides: "upper" | "both" = "upper") =>
      rejectionOf(calibrate(entropy(sides), hundred.slice(0, count), share));
    expect([needs(99, 0.01), needs(98, 0.01)]).toEqual(["accepted", "calibration-too-small"]);
    expect([needs(39, 0.05, "both"), needs(38, 0.05, "both")]).toEqual(["accepted", "calibration-too-small"]);
    expect(needs(9, 0.1)).toBe("accepted");
    expect(rejectionOf(calibrate(entropy("upper"), hundred, 0))).toBe("calibration-share");
  });

  test("accepts up to itself and rejects beyond, on both sides where asked", () => {
    const threshold = unwrap(calibrate(entropy("both"), hundred, 0.1));
    const verdict = (nats: number) =>
      unwrap(judgeStatistic(entropy("both"), threshold, claimOf(500, nats))).probability;
    expect([4.99, 5, 50, 96, 96.01].map(verdict)).toEqual([0, 1, 1, 1, 0]);
    const oneSided = unwrap(calibrate(entropy("upper"), hundred, 0.1));
    expect(unwrap(judgeStatistic(entropy("upper"), oneSided, claimOf(500, -9))).probability).toBe(1);
  });

  test("cannot be held against a prompt that it has seen, nor by another scheme", () => {
    const threshold = unwrap(calibrate(entropy("upper"), hundred, 0.1));
    const judged = (prompt: number, scheme = entropy("upper")) =>
      rejectionOf(judgeStatistic(scheme, threshold, claimOf(prompt, 3)));
    expect([judged(7), judged(100)]).toEqual(["threshold-saw-this-prompt", "accepted"]);
    expect(judged(100, entropy("both"))).toBe("threshold-of-another-scheme");
  });

  test("survives a manifest", () => {
    const threshold = unwrap(calibrate(entropy("upper"), hundred, 0.1));
    const read = JSON.parse(JSON.stringify(threshold)) as Threshold;
    expect(unwrap(judgeStatistic(entropy("upper"), read, claimOf(100, 3)))).toEqual({
      probability: 1,
      cost: { prefillTokens: 4, separatePrefillTokens: 7, decodeTokens: 0 },
    });
  });

  test("keeps its promise on honest outputs it has not seen: 4,000 splits, skewed scores, share 0.1", () => {
    const random = seedrandom.alea("split conformal");
    const skewed = (prompt: number) => claimOf(prompt, Math.log(1 - random.double()) ** 2);
    let rejected = 0;
    const splits = 4000;
    for (let split = 0; split < splits; split++) {
      const honest = Array.from({ length: 19 }, (_, i) => skewed(i));
      const threshold = unwrap(calibrate(entropy("upper"), honest, 0.1));
      rejected += 1 - unwrap(judgeStatistic(entropy("upper"), threshold, skewed(99))).probability;
    }
    // Exactly 2 of 20 ranks lie above the threshold: 400 expected, standard deviation 19.
    expect(Math.abs(rejected - 400)).toBeLessThan(4 * 19);
  });

  test("rejects at once what is false on its face", () => {
    const threshold = unwrap(calibrate(entropy("upper"), hundred, 0.1));
    const output = claimOf(100, 3);
    const empty = { ...output, outputTokens: [] };
    expect(unwrap(judgeStatistic(entropy("upper"), threshold, empty))).toMatchObject({
      probability: 0,
      cost: { prefillTokens: 0 },
    });
    const nothing = { ...output.evidence, logSumExps: [] };
    expect(rejectionOf(statisticScore(entropy("upper"), { ...empty, evidence: nothing }))).toBe("scheme-empty-output");
  });
});
