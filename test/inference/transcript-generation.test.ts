import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend } from "../../src/inference/backend.ts";
import type { InferenceContext } from "../../src/inference/context.ts";
import { generate } from "../../src/inference/generate.ts";
import type { LanguageModel } from "../../src/inference/language-model.ts";
import { decodeShapes } from "../../src/inference/numerics.ts";
import { greedy, prototypeSampling, type Sampling } from "../../src/inference/sampling/sampling.ts";
import { score } from "../../src/inference/score.ts";
import { type ContinuationRequest, continueOutputs, type Standing } from "../../src/inference/transcript-generation.ts";
import { openings, targetF16 } from "../support/embedded-models.ts";

const samplings: Record<string, Sampling> = {
  greedy,
  gumbel: { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" },
  "gumbel, top-p": { temperature: 0.9, topK: 40, topP: 0.9, choice: "gumbel" },
  "the prototype's": prototypeSampling,
};

describe("continuing outputs on the embedded target", () => {
  let backend: Backend;
  let model: LanguageModel;
  let context: InferenceContext;
  beforeAll(async () => {
    backend = await Backend.open();
    model = await backend.loadModel(targetF16);
    context = await model.openContext({ contextTokens: 256, sequences: 4 });
  });
  afterAll(() => backend.close());

  const requests = (sampling: Sampling, tokenLimit = 40): ContinuationRequest[] =>
    [0, 1, 2, 3, 4, 5].map((i) => ({
      promptTokens: model.vocabulary.promptTokens(openings[i]!),
      tokenLimit: tokenLimit - 3 * i,
      sampling,
      seed: 50 + i,
    }));
  const follow = { watch: [], choose: (_: number, standings: readonly Standing[]) => standings[0]!.token };

  describe.each(Object.entries(samplings))("%s sampling", (_, sampling) => {
    test("without prefix and steering it is ordinary generation; a steering that follows changes nothing", async () => {
      const want = (await generate(context, requests(sampling))).map(({ outputTokens }) => outputTokens);
      expect(await continueOutputs(context, requests(sampling))).toEqual(want);
      const steered = requests(sampling).map((request) => ({ ...request, steering: follow }));
      expect(await continueOutputs(context, steered)).toEqual(want);
    });

    test("the runner-up's margin is what scoring finds for it", async () => {
      const [request] = requests(sampling, 12);
      const seen: Standing[][] = [];
      const watching = {
        watch: [],
        choose: (_: number, standings: readonly Standing[]) => {
          seen.push([...standings]);
          return standings[0]!.token;
        },
      };
      const [output] = await continueOutputs(context, [{ ...request!, steering: watching }]);
      for (const position of [3, 7]) {
        const [choice, runnerUp] = seen[position]!;
        expect(choice).toEqual({ token: output![position], marginLogits: 0 });
        const claim = { ...request!, outputTokens: output!.with(position, runnerUp!.token), positions: [position] };
        const { positions } = await score(context, { ...claim, detail: "logits" });
        const { margin, logits } = positions[0]!;
        const scored = margin ?? logits!.topLogit - logits!.claimedLogit;
        if (scored === Number.POSITIVE_INFINITY) expect(runnerUp!.marginLogits).toBe(scored);
        else expect(runnerUp!.marginLogits).toBeCloseTo(scored, 1); // a step's rounding against a batch's
      }
    });
  });

  test("randomness stays keyed by the position in the whole output: an own prefix is continued as it was", async () => {
    const sampling = samplings["gumbel"]!;
    const paired = await model.openContext({ contextTokens: 256, numerics: { decodeShape: "paired" } });
    const [request] = requests(sampling);
    const [whole] = await continueOutputs(paired, [request!]);
    const [again] = await continueOutputs(paired, [{ ...request!, outputPrefix: whole!.slice(0, 15) }]);
    expect(again).toEqual(whole);
    const [other] = await continueOutputs(paired, [{ ...request!, outputPrefix: whole!.slice(0, 15), seed: 999 }]);
    expect(other!.slice(0, 15)).toEqual(whole!.slice(0, 15));
    expect(other).not.toEqual(whole);
    await paired.close();
  });

  test.each(decodeShapes)(
    "a token put elsewhere changes what follows, not what came before (%s)",
    async (decodeShape) => {
      const own = await model.openContext({ contextTokens: 256, sequences: 2, numerics: { decodeShape } });
      const [request] = requests(greedy);
      const steering = {
        watch: [77],
        choose: (at: number, standings: readonly Standing[]) => (at === 9 ? 77 : standings[0]!.token),
      };
      const [plain, changed] = await continueOutputs(own, [request!, { ...request!, steering }]);
      expect(changed!.slice(0, 9)).toEqual(plain!.slice(0, 9));
      expect(changed![9]).toBe(77);
      expect(changed!.slice(10)).not.toEqual(plain!.slice(10));
      await own.close();
    },
  );

  test("a prefix that is already finished comes back, and an end token put by a steering ends the text", async () => {
    const [request] = requests(greedy);
    const end = model.vocabulary.endTokens[0]!;
    expect(await continueOutputs(context, [{ ...request!, outputPrefix: [5, end] }])).toEqual([[5, end]]);
    expect(await continueOutputs(context, [{ ...request!, outputPrefix: [5, 6, 7], tokenLimit: 3 }])).toEqual([
      [5, 6, 7],
    ]);
    const steering = {
      watch: [end],
      choose: (at: number, standings: readonly Standing[]) => (at === 4 ? end : standings[0]!.token),
    };
    const [cut] = await continueOutputs(context, [{ ...request!, steering }]);
    expect(cut).toHaveLength(5);
    expect(cut!.at(-1)).toBe(end);
  });

  test("refusals name the request, before anything is computed", async () => {
    const [request] = requests(greedy);
    const refusal = (over: Partial<ContinuationRequest>) =>
      continueOutputs(context, [request!, { ...request!, ...over }]);
    await expect(refusal({ outputPrefix: [4096] })).rejects.toThrow(/request 1: outputPrefix\[0\] is 4096/);
    await expect(refusal({ promptTokens: [] })).rejects.toMatchObject({ code: "empty-prompt" });
    await expect(refusal({ tokenLimit: 0 })).rejects.toMatchObject({ code: "bad-request" });
    await expect(refusal({ tokenLimit: 300 })).rejects.toMatchObject({ code: "context-exceeded" });
  });
});
