import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeRastic } from "../../../src/protocol/rastic/judge.ts";
import { planRastic } from "../../../src/protocol/rastic/plan.ts";
import { checkAt, type RasticVariant, rasticShape, rasticVariants } from "../../../src/protocol/rastic/variants.ts";
import { unwrap } from "../../../src/protocol/result.ts";
import { rastic } from "../../../src/protocol/schemes/rastic.ts";
import type { DirectScheme } from "../../../src/protocol/schemes/scheme.ts";
import { checkBudgets, makeScheme, type SchemeParameters } from "../../../src/protocol/schemes/schemes.ts";
import { claimedOutputOf, type ScoredOutput } from "../../../src/protocol/schemes/scored-output.ts";
import { tolerantRastic } from "../../../src/protocol/schemes/tolerant-rastic.ts";
import { Streams } from "../../../src/sim/streams.ts";
import { clopperPearson } from "../../../src/statistics/clopper-pearson.ts";
import { positions, rejectionOf, scoredClaim } from "./outputs.ts";

/** What the model says at every sequence index from 1 on. */
function referenceTokens({ identity, evidence }: ScoredOutput): Map<number, number> {
  const inside = Array.from(evidence.inputReferenceTokens ?? [], (token, i) => [i + 1, token] as const);
  const { length } = identity.job.promptTokens;
  return new Map([...inside, ...Array.from(evidence.referenceTokens, (token, i) => [length + i, token] as const)]);
}

/** Every set of `size` of the numbers from..below-1. */
function* subsets(from: number, below: number, size: number): Generator<number[]> {
  if (size === 0) yield [];
  else
    for (let first = from; first <= below - size; first++)
      for (const rest of subsets(first + 1, below, size - 1)) yield [first, ...rest];
}

/** Plays every set of indices that the verifier could draw through the protocol's own judge, and counts. */
function enumerate(variant: RasticVariant, checkBudget: number, scored: ScoredOutput) {
  const output = claimedOutputOf(scored);
  const { continuity, truncation, integrityRange, extraRandomCheck, violations } = unwrap(rasticShape(variant, output));
  const { first, end } = integrityRange;
  const drawn = Math.min(Math.max(0, end - first), checkBudget + (extraRandomCheck ? 1 : 0));
  const said = referenceTokens(scored);
  let [plans, accepted, onePass, separate] = [0, 0, 0, 0];
  for (const indices of subsets(first, Math.max(first, end), drawn)) {
    const integrity = indices.map((index) => checkAt(output, "integrity", index));
    const checks = [continuity, ...integrity, truncation].filter((check) => check !== null);
    plans++;
    if (unwrap(judgeRastic({ variant, checks, violations }, said)).verdict === "accepted") accepted++;
    const places = checks.map(({ sequenceIndex }) => sequenceIndex);
    onePass += Math.max(...places);
    separate += places.reduce((sum, place) => sum + place, 0);
  }
  return { probability: accepted / plans, prefillTokens: onePass / plans, separatePrefillTokens: separate / plans };
}

/** Inputs of 1, 2 and 4 tokens, for the variant that looks inside them with every set of surprises there. */
function inputs(variant: RasticVariant): { inputCount: number; inputSurprises: number[] }[] {
  return [1, 2, 4].flatMap((inputCount) => {
    const inside = Array.from({ length: inputCount - 1 }, (_, i) => i + 1);
    const sets = variant === "whitepaper" ? inside.flatMap((size) => [...subsets(1, inputCount, size)]) : [];
    return [[], ...sets].map((inputSurprises) => ({ inputCount, inputSurprises }));
  });
}

describe("acceptance over the verifier's draws, in closed form", () => {
  test.each(rasticVariants)(
    "%s equals enumeration: every small claim, every set of bad positions, k = 0 to 6",
    (variant) => {
      let cases = 0;
      for (const { inputCount, inputSurprises } of inputs(variant))
        for (const outputCount of [1, 2, 3, 5])
          for (const ended of [true, false])
            for (let wrongSet = 0; wrongSet < 2 ** outputCount; wrongSet++)
              for (let k = 0; k <= 6; k++) {
                const wrong = Array.from({ length: outputCount }, (_, i) => i).filter((i) => (wrongSet >> i) & 1);
                const output = scoredClaim(positions(outputCount, wrong), { inputCount, ended, inputSurprises });
                const { probability, cost } = unwrap(
                  rastic({ scheme: "rastic", variant, checkBudget: k }).judge(output),
                );
                const counted = enumerate(variant, k, output);
                expect(probability).toBeCloseTo(counted.probability, 12);
                expect(cost.prefillTokens).toBeCloseTo(counted.prefillTokens, 10);
                expect(cost.separatePrefillTokens).toBeCloseTo(counted.separatePrefillTokens, 10);
                cases++;
              }
      expect(cases).toBe((variant === "whitepaper" ? 1 + 2 + 8 : 3) * 2 * 7 * (2 + 4 + 8 + 32));
    },
  );

  // Interval at 99.99 %, so that one of these fixed-seed stories in about 600 would be unlucky.
  test.each<[RasticVariant, number, boolean, number, readonly number[]]>([
    ["blog", 3, true, 120, [20, 40, 60, 80, 100]],
    ["blog", 5, false, 60, [7, 8, 9, 10, 11, 12]],
    ["prototype", 2, true, 80, Array.from({ length: 30 }, (_, i) => 2 * i + 1)],
    ["prototype", 8, false, 100, [99, 50]],
    ["whitepaper", 1, true, 60, [30, 31, 32]],
    ["whitepaper", 16, false, 90, [45]],
  ])("%s k=%i: 100,000 drawn plans lie around it", (variant, checkBudget, ended, outputCount, wrong) => {
    const scored = scoredClaim(positions(outputCount, wrong), { inputCount: 20, ended, inputSurprises: [2, 9] });
    const output = claimedOutputOf(scored);
    const said = referenceTokens(scored);
    const draws = 100_000;
    let accepted = 0;
    const randomness = new Uint8Array(32).fill(variant.length);
    for (let draw = 0; draw < draws; draw++) {
      new DataView(randomness.buffer).setUint32(0, draw);
      const { checks } = unwrap(planRastic(variant, checkBudget, output, randomness));
      if (checks.every(({ sequenceIndex, claimedToken }) => said.get(sequenceIndex) === claimedToken)) accepted++;
    }
    const { probability } = unwrap(rastic({ scheme: "rastic", variant, checkBudget }).judge(scored));
    const { low, high } = clopperPearson(accepted, draws, 0.9999);
    expect(probability).toBeGreaterThan(0.01);
    expect(probability).toBeLessThan(0.99);
    expect(probability).toBeGreaterThanOrEqual(low);
    expect(probability).toBeLessThanOrEqual(high);
  });

  test("what a tolerance forgives is drawn as if it were right, inside the input too", () => {
    for (const variant of rasticVariants)
      for (const toleranceLogits of [0, 0.3, 5])
        for (let k = 0; k <= 6; k++) {
          const choices = { inputCount: 4, inputSurprises: [2] };
          const near = [{}, { consistent: false, margin: 0.25 }, {}, { consistent: false, margin: 4 }, {}, {}];
          const output = scoredClaim(near, choices);
          const forgiven = near.map(({ margin }) => ({ consistent: !(margin! > toleranceLogits) }));
          const scheme = tolerantRastic({ scheme: "tolerant-rastic", variant, checkBudget: k, toleranceLogits });
          const { probability } = unwrap(scheme.judge(output));
          expect(probability).toBeCloseTo(enumerate(variant, k, scoredClaim(forgiven, choices)).probability, 12);
        }
  });

  test.each<[string, SchemeParameters]>([
    ["tolerant", { scheme: "tolerant-rastic", variant: "whitepaper", checkBudget: 5, toleranceLogits: 0.5 }],
    [
      "a share of the jobs",
      { scheme: "proof-of-sampling", share: 0.3, inner: { scheme: "rastic", variant: "whitepaper", checkBudget: 3 } },
    ],
  ])("%s, whitepaper: 100,000 drawn verifications lie around it", (_, parameters) => {
    const at = (i: number) => ({ consistent: i % 9 !== 4, margin: i % 9 !== 4 ? 0 : i % 2 === 0 ? 0.4 : 2 });
    const scored = scoredClaim(
      Array.from({ length: 50 }, (_, i) => at(i)),
      { inputCount: 12, inputSurprises: [3, 8] },
    );
    const output = claimedOutputOf(scored);
    const said = referenceTokens(scored);
    const tau = parameters.scheme === "tolerant-rastic" ? parameters.toleranceLogits : 0;
    const passes = (index: number, token: number) =>
      said.get(index) === token || (index >= 12 && at(index - 12).margin <= tau);
    const [k, share] = parameters.scheme === "tolerant-rastic" ? [5, 1] : [3, 0.3];
    const draws = 100_000;
    const coin = new Streams("proof of sampling").of("coin");
    const randomness = new Uint8Array(32);
    let accepted = 0;
    for (let draw = 0; draw < draws; draw++) {
      new DataView(randomness.buffer).setUint32(0, draw);
      const { checks } = unwrap(planRastic("whitepaper", k!, output, randomness));
      const looksRight = checks.every(({ sequenceIndex, claimedToken }) => passes(sequenceIndex, claimedToken));
      if (!coin.chance(share!) || looksRight) accepted++;
    }
    const scheme = unwrap(makeScheme(parameters)) as DirectScheme;
    const { low, high } = clopperPearson(accepted, draws, 0.9999);
    const { probability } = unwrap(scheme.judge(scored));
    expect(probability).toBeGreaterThanOrEqual(low);
    expect(probability).toBeLessThanOrEqual(high);
  });

  test("one bad token of 100, blog: k of 100 positions are looked at, so 1 - k/100", () => {
    const output = scoredClaim(positions(100, [50]));
    for (const checkBudget of checkBudgets) {
      const { probability } = unwrap(rastic({ scheme: "rastic", variant: "blog", checkBudget }).judge(output));
      expect(probability).toBeCloseTo(1 - checkBudget / 100, 14);
    }
  });

  test("a tiny probability keeps its digits: one good position of 1000 must be drawn 16 times over", () => {
    const wrong = Array.from({ length: 1000 }, (_, i) => i).filter((i) => i !== 0 && i !== 999 && i % 50 !== 0);
    const output = scoredClaim(positions(1000, wrong));
    const { probability } = unwrap(rastic({ scheme: "rastic", variant: "blog", checkBudget: 16 }).judge(output));
    // 21 good positions: C(21,16)/C(1000,16) in whole numbers.
    const choose = (n: bigint, k: bigint): bigint => (k === 0n ? 1n : (choose(n - 1n, k - 1n) * n) / k);
    const digits = Number((choose(21n, 16n) * 10n ** 60n) / choose(1000n, 16n));
    expect(probability / (digits / 1e60)).toBeCloseTo(1, 10);
    expect(probability).toBeLessThan(1e-30);
  });

  test("more checks never accept more, and an honest claim always passes outside the input", () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(...rasticVariants),
        fc.boolean(),
        (consistent, variant, ended) => {
          const output = scoredClaim(
            consistent.map((c) => ({ consistent: c })),
            { ended },
          );
          const at = (checkBudget: number) =>
            unwrap(rastic({ scheme: "rastic", variant, checkBudget }).judge(output)).probability;
          const curve = [0, 1, 2, 3, 5, 8, 16, 50].map(at);
          for (const [i, p] of curve.entries()) expect(p).toBeLessThanOrEqual(curve[Math.max(0, i - 1)]!);
          if (consistent.every(Boolean)) expect(curve).toEqual(curve.map(() => 1));
        },
      ),
    );
  });

  test("the whitepaper's variant rejects an honest claim where the model did not foresee the client's words", () => {
    const honest = scoredClaim(positions(10), { inputCount: 10, inputSurprises: [2, 3, 4, 5, 6, 7, 8, 9] });
    const { probability } = unwrap(rastic({ scheme: "rastic", variant: "whitepaper", checkBudget: 1 }).judge(honest));
    expect(probability).toBeCloseTo(9 / 17, 14); // of indices 2..18, 10..18 lie in the output
  });

  test("the whitepaper's variant needs to know what the model says inside the input; the others do not", () => {
    const output = scoredClaim(positions(5));
    const { inputReferenceTokens: _, ...evidence } = output.evidence;
    const judge = (variant: RasticVariant, checkBudget: number) =>
      rastic({ scheme: "rastic", variant, checkBudget }).judge({ ...output, evidence });
    expect(rejectionOf(judge("whitepaper", 1))).toBe("scheme-evidence-missing");
    expect(rejectionOf(judge("whitepaper", 0))).toBe("accepted");
    expect(rejectionOf(judge("blog", 3))).toBe("accepted");
    expect(rejectionOf(judge("prototype", 3))).toBe("accepted");
  });

  test("a claim cut off before its end is rejected at no cost", () => {
    const output = scoredClaim(positions(5), { ended: false });
    const cut = { ...output, identity: { job: { ...output.identity.job, tokenLimit: 9 } } };
    expect(unwrap(rastic({ scheme: "rastic", variant: "blog", checkBudget: 3 }).judge(cut))).toEqual({
      probability: 0,
      cost: { prefillTokens: 0, separatePrefillTokens: 0, decodeTokens: 0 },
    });
  });
});

describe("margin-tolerant RASTiC", () => {
  const tolerant = (toleranceLogits: number, checkBudget = 1) =>
    tolerantRastic({ scheme: "tolerant-rastic", variant: "blog", checkBudget, toleranceLogits });

  test("forgives a near tie up to tau, and no more", () => {
    const output = scoredClaim([{}, { consistent: false, margin: 0.25 }, { consistent: false, margin: 3 }, {}]);
    const at = (tau: number) => unwrap(tolerant(tau).judge(output)).probability;
    expect([at(0), at(0.25), at(2.99), at(3)]).toEqual([0.5, 0.75, 0.75, 1]);
  });

  test("with tau = 0 is RASTiC", () => {
    const output = scoredClaim(positions(30, [3, 4, 20]));
    const exact = rastic({ scheme: "rastic", variant: "blog", checkBudget: 3 }).judge(output);
    expect(tolerant(0, 3).judge(output)).toEqual(exact);
  });

  test("never forgives a token that top-k or top-p excludes", () => {
    const output = scoredClaim([{}, { consistent: false, margin: Number.POSITIVE_INFINITY }, {}]);
    expect(unwrap(tolerant(1e9, 3).judge(output)).probability).toBe(0);
  });

  test("refuses a sampling that has no margin", () => {
    expect(rejectionOf(tolerant(0.5).judge(scoredClaim([{}, { margin: Number.NaN }])))).toBe("scheme-evidence-missing");
  });
});
