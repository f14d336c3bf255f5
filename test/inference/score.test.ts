import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend } from "../../src/inference/backend.ts";
import type { InferenceContext } from "../../src/inference/context.ts";
import { generate } from "../../src/inference/generate.ts";
import type { ContextOptions, LanguageModel } from "../../src/inference/language-model.ts";
import { recompute, recomputeForms } from "../../src/inference/recompute.ts";
import { greedy, type Sampling } from "../../src/inference/sampling/sampling.ts";
import { type ScoreRequest, score } from "../../src/inference/score.ts";
import { openings, targetF16, targetQ8 } from "../support/embedded-models.ts";

const gumbel: Sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" };
const nucleus: Sampling = { temperature: 0.8, topK: 0, topP: 0.9, choice: "gumbel" };
const inverseCdf: Sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "inverse-cdf" };
const samplings = { greedy, gumbel, nucleus, inverseCdf };

describe("teacher forcing on the embedded target", () => {
  let backend: Backend;
  let model: LanguageModel;
  let reference: InferenceContext;
  beforeAll(async () => {
    backend = await Backend.open();
    model = await backend.loadModel(targetF16);
    reference = await model.openContext({ contextTokens: 512 });
  });
  afterAll(() => backend.close());

  async function honestClaim(sampling: Sampling, opening = 0, options: Partial<ContextOptions> = {}, by = model) {
    const context = await by.openContext({ contextTokens: 512, ...options });
    const job = { promptTokens: model.vocabulary.promptTokens(openings[opening]!), sampling, seed: 7 + opening };
    const [completion] = await generate(context, [{ ...job, tokenLimit: 120, ignoreEndToken: true }]);
    await context.close();
    return { ...job, outputTokens: completion!.outputTokens, generated: completion! };
  }

  test.each(Object.entries(samplings))("an honest claim is consistent at every position (%s)", async (_, sampling) => {
    const claim = await honestClaim(sampling, 0, { numerics: { decodeShape: "paired" } });
    const { positions } = await score(reference, { ...claim, detail: "logits" });
    expect(positions).toHaveLength(120);
    expect(positions.every(({ consistent }) => consistent)).toBe(true);
    expect(
      positions.every(({ margin }) => margin === (sampling.choice === "gumbel" || sampling === greedy ? 0 : null)),
    ).toBe(true);
  });

  test("paired generation and scoring see the same logits, bit for bit, with F16 and with Q8_0 weights", async () => {
    const quantised = await backend.loadModel(targetQ8);
    for (const each of [model, quantised]) {
      const claim = await honestClaim(gumbel, 1, { numerics: { decodeShape: "paired" } }, each);
      const context = await each.openContext({ contextTokens: 512 });
      const { positions } = await score(context, { ...claim, detail: "logits" });
      expect(positions.map(({ logits }) => logits)).toEqual(claim.generated.logits);
    }
    await quantised.close();
  });

  test("single-token generation differs from scoring by its rounding, and by no more", async () => {
    const claim = await honestClaim(greedy, 2);
    const { positions } = await score(reference, { ...claim, detail: "logits" });
    const drifts = positions.map(({ logits, position }) =>
      Math.abs(logits!.claimedLogit - claim.generated.logits[position]!.claimedLogit),
    );
    expect(Math.max(...drifts)).toBeLessThan(0.02);
  });

  const identical: [string, Partial<ContextOptions>][] = [
    ["two threads", { numerics: { threads: 2 } }],
    ["a longer context", { contextTokens: 2048 }],
    ["eight sequences", { sequences: 8 }],
  ];
  test.each(identical)("%s: identical logits at every position", async (_, options) => {
    const claim = await honestClaim(greedy, 3);
    const want = await score(reference, { ...claim, detail: "logits" });
    const other = await model.openContext({ contextTokens: 512, ...options });
    expect((await score(other, { ...claim, detail: "logits" })).positions).toEqual(want.positions);
    await other.close();
  });

  test("any subset of positions gives the same evidence as all of them", async () => {
    const claim = await honestClaim(gumbel, 4);
    const all = await score(reference, { ...claim, detail: "logits" });
    const some = await score(reference, { ...claim, detail: "logits", positions: [119, 0, 7, 7, 50] });
    expect(some.positions).toEqual([0, 7, 50, 119].map((i) => all.positions[i]));
    expect(some.timing.tokens).toBeLessThanOrEqual(claim.promptTokens.length + 119);
  });

  const different: [string, Partial<ContextOptions>][] = [
    ["flash attention", { numerics: { flashAttention: true } }],
    ["a KV cache in F32", { numerics: { kvCacheType: "F32" } }],
    ["a KV cache in Q8_0", { numerics: { flashAttention: true, kvCacheType: "Q8_0" } }],
  ];
  test.each(different)("%s: other logits, so the setting reached llama.cpp", async (_, options) => {
    const claim = await honestClaim(greedy, 3);
    const want = await score(reference, { ...claim, detail: "logits" });
    const other = await model.openContext({ contextTokens: 512, ...options });
    const got = await score(other, { ...claim, detail: "logits" });
    expect(got.positions.map(({ logits }) => logits)).not.toEqual(want.positions.map(({ logits }) => logits));
    await other.close();
  });

  test("a changed token is inconsistent at its own position; what follows is judged on the changed prefix", async () => {
    const claim = await honestClaim(greedy, 5);
    const outputTokens = claim.outputTokens.with(40, (claim.outputTokens[40]! + 1) % 4096);
    const { positions } = await score(reference, { ...claim, outputTokens, detail: "logits" });
    expect(positions[40]).toMatchObject({ consistent: false, referenceToken: claim.outputTokens[40] });
    expect(positions[40]!.margin).toBeGreaterThan(0);
    expect(positions.slice(0, 40).every(({ consistent }) => consistent)).toBe(true);
    // Claim C9 says every later token breaks; under teacher forcing most of them stay what they were.
    expect(positions.slice(41).filter(({ consistent }) => consistent).length).toBeGreaterThan(40);
  });

  test("a foreign text is inconsistent at a third of its positions and more", async () => {
    const claim = await honestClaim(greedy, 6);
    const foreign = await honestClaim(gumbel, 7);
    const { positions } = await score(reference, { ...claim, outputTokens: foreign.outputTokens, detail: "token" });
    expect(positions.filter(({ consistent }) => consistent).length).toBeLessThan(80);
  });

  test("log probability, rank and entropy are those of the whole distribution", async () => {
    for (const sampling of [greedy, gumbel, inverseCdf]) {
      const claim = await honestClaim(sampling, 8);
      const full = await score(reference, { ...claim, detail: "distribution", positions: [0, 3, 60] });
      const cheap = await score(reference, { ...claim, detail: "logits", positions: [0, 3, 60] });
      for (const [i, { rank, entropyNats, logits, logProbability, referenceToken }] of full.positions.entries()) {
        const uniform = Math.log(model.vocabulary.size);
        expect(entropyNats).toBeGreaterThan(0);
        expect(entropyNats).toBeLessThan(uniform);
        expect(rank === 1).toBe(logits!.claimedLogit === logits!.topLogit);
        expect(logProbability).toBeLessThan(0);
        // llama.cpp adds up exp(logit) in float32 in whatever order the logits stand: the fifth decimal may differ.
        const { logSumExp, ...raw } = logits!;
        expect(cheap.positions[i]!.logits).toMatchObject(raw);
        expect(cheap.positions[i]!.logits!.logSumExp).toBeCloseTo(logSumExp, 4);
        expect(cheap.positions[i]!.referenceToken).toBe(referenceToken);
      }
    }
  });

  test.each([
    ["gumbel", gumbel],
    ["nucleus", nucleus],
    ["hot", { ...gumbel, temperature: 1.5 }],
  ])("a cheap %s answer is never another token than the answer over the whole vocabulary", async (_, sampling) => {
    const claim = await honestClaim(sampling, 9);
    const cheap = await score(reference, { ...claim, detail: "logits" });
    const whole = await score(reference, { ...claim, detail: "distribution" });
    expect(cheap.positions.map(({ referenceToken }) => referenceToken)).toEqual(
      whole.positions.map(({ referenceToken }) => referenceToken),
    );
    expect(cheap.positions.map(({ margin }) => margin)).toEqual(whole.positions.map(({ margin }) => margin));
  });

  test("what cannot be scored is refused by name", async () => {
    const claim = await honestClaim(greedy, 0);
    const refusals: [Partial<ScoreRequest>, string, RegExp][] = [
      [{ promptTokens: [] }, "empty-prompt", /prompt has no token/],
      [{ outputTokens: [] }, "bad-request", /output is empty/],
      [{ outputTokens: [5000] }, "unknown-token", /outputTokens\[0\] is 5000/],
      [{ positions: [120] }, "bad-request", /position 120: the output has positions 0 to 119/],
      [{ outputTokens: Array(600).fill(5) }, "context-exceeded", /in (one batch|a context) of/],
    ];
    for (const [over, code, message] of refusals) {
      const refused = score(reference, { ...claim, detail: "logits", ...over });
      await expect(refused).rejects.toMatchObject({ code });
      await expect(refused).rejects.toThrow(message);
    }
    await expect(model.openContext({ contextTokens: 64, numerics: { threads: 10_000 } })).rejects.toThrow(
      /10000 threads on \d+ processors: expected at most/,
    );
    await expect(model.openContext({ contextTokens: 64, numerics: { kvCacheType: "Q8_0" } })).rejects.toThrow(
      /KV cache of type Q8_0 needs flash attention/,
    );
  });

  describe("recomputing a few places", () => {
    test.each(Object.entries(samplings))("all four forms give the scorer's tokens (%s)", async (_, sampling) => {
      const claim = await honestClaim(sampling, 10);
      const A = claim.promptTokens.length;
      const sequenceIndices = [A, A + 61, A + 61, A + 1, A + 119];
      const { positions } = await score(reference, { ...claim, detail: "token" });
      const contexts = [reference];
      for (let i = 1; i < sequenceIndices.length; i++) contexts.push(await model.openContext({ contextTokens: 512 }));
      const fed: Record<string, number> = {};
      for (const form of recomputeForms) {
        const { referenceTokens, timing } = await recompute(form, contexts, { ...claim, sequenceIndices });
        for (const index of sequenceIndices)
          expect(referenceTokens.get(index)).toBe(positions[index - A]!.referenceToken);
        fed[form] = timing.tokens;
      }
      if (sampling === greedy)
        // One more token in prefix-sharing: the step from A to A + 1 takes its neighbour along.
        expect(fed).toEqual({
          prototype: 5 * A + 61 + 61 + 1 + 119,
          "prefix-sharing": A + 119 + 1,
          "one-pass": A + 119,
          concurrent: 5 * A + 61 + 61 + 1 + 119,
        });
      for (const context of contexts.slice(1)) await context.close();
    });

    test.each(Object.entries(samplings))(
      "inside the input too, where scoring is asked for it (%s)",
      async (_, sampling) => {
        const claim = await honestClaim(sampling, 12);
        const A = claim.promptTokens.length;
        const plain = await score(reference, { ...claim, detail: "logits" });
        const scored = await score(reference, { ...claim, detail: "logits", insideInput: true });
        expect(scored.positions).toEqual(plain.positions);
        expect(plain.inputReferenceTokens).toBeNull();
        const sequenceIndices = Array.from({ length: A - 1 }, (_, i) => i + 1);
        const { referenceTokens } = await recompute("one-pass", [reference], { ...claim, sequenceIndices });
        expect(scored.inputReferenceTokens).toEqual(sequenceIndices.map((index) => referenceTokens.get(index)));
        const single = await score(reference, { ...claim, promptTokens: [1], detail: "logits", insideInput: true });
        expect(single.inputReferenceTokens).toEqual([]);
      },
    );

    test("places inside the input can be asked for, place 0 cannot", async () => {
      const claim = await honestClaim(greedy, 11);
      const inside = await recompute("one-pass", [reference], { ...claim, sequenceIndices: [1, 2] });
      expect([...inside.referenceTokens.keys()]).toEqual([1, 2]);
      await expect(recompute("one-pass", [reference], { ...claim, sequenceIndices: [0] })).rejects.toThrow(
        /sequence index 0: expected 1 to/,
      );
      await expect(recompute("concurrent", [reference], { ...claim, sequenceIndices: [1, 2] })).rejects.toThrow(
        /needs 2 contexts, got 1/,
      );
    });
  });
});
