/** Speculative decoding on the embedded target and draft: the target's own text, however good or bad the proposals. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend } from "../../src/inference/backend.ts";
import type { InferenceContext } from "../../src/inference/context.ts";
import type { Sampling } from "../../src/inference/sampling/sampling.ts";
import { score } from "../../src/inference/score.ts";
import { speculate } from "../../src/inference/speculative.ts";
import { draftF16, openings, targetF16 } from "../support/embedded-models.ts";

const gumbel: Sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" };
/** Leaves the cheap question in doubt now and then. */
const nucleus: Sampling = { temperature: 1.2, topK: 0, topP: 0.95, choice: "gumbel" };

describe("speculative decoding", () => {
  let backend: Backend;
  let target: InferenceContext;
  let draft: InferenceContext;
  let twin: InferenceContext;
  beforeAll(async () => {
    backend = await Backend.open();
    const model = await backend.loadModel(targetF16);
    target = await model.openContext({ contextTokens: 200 });
    twin = await model.openContext({ contextTokens: 200, numerics: { decodeShape: "paired" } });
    draft = await (await backend.loadModel(draftF16)).openContext({ contextTokens: 200 });
  });
  afterAll(() => backend.close());
  const job = (sampling: Sampling, seed = 5) => ({
    promptTokens: target.vocabulary.promptTokens(openings[seed]!),
    sampling,
    seed,
    tokenLimit: 60,
  });

  test.each([
    ["gumbel", gumbel, 1],
    ["gumbel", gumbel, 8],
    ["nucleus", nucleus, 4],
  ])(
    "%s, %o, %i at a time: every token is what scoring says, but for rounding",
    async (_, sampling, proposedTokens) => {
      const request = job(sampling);
      const { outputTokens, targetTokens, proposed, kept } = await speculate(target, draft, {
        ...request,
        proposedTokens,
      });
      const { positions } = await score(twin, { ...request, outputTokens, detail: "logits" });
      const wrong = positions.filter(({ consistent }) => !consistent);
      expect(wrong.length).toBeLessThanOrEqual(1);
      for (const { margin } of wrong) expect(margin).toBeLessThan(0.02);
      // What was read: the prompt, every output token but the last, and the proposals thrown away.
      expect(targetTokens).toBe(request.promptTokens.length + outputTokens.length - 1 + proposed - kept);
      expect(kept).toBeGreaterThan(0);
      expect(kept).toBeLessThan(proposed);
    },
  );

  test("the same weights as draft: every proposal is kept, and one token more comes with each batch", async () => {
    const request = { ...job({ ...gumbel, temperature: 0 }), tokenLimit: 50 };
    const { outputTokens, proposed, kept } = await speculate(target, twin, { ...request, proposedTokens: 4 });
    expect(outputTokens).toHaveLength(50);
    expect([proposed, kept]).toEqual([40, 40]);
  });

  test("a limit of one token needs no proposal", async () => {
    const request = { ...job(gumbel), tokenLimit: 1, proposedTokens: 4 };
    const { outputTokens, ...spent } = await speculate(target, draft, request);
    expect(outputTokens).toHaveLength(1);
    expect(spent).toEqual({ targetTokens: request.promptTokens.length, draftTokens: 0, proposed: 0, kept: 0 });
  });

  test("a model does not draft for itself, and an abort stops between rounds", async () => {
    await expect(speculate(target, target, { ...job(gumbel), proposedTokens: 4 })).rejects.toThrow(
      /cannot draft for itself: name a smaller model/,
    );
    const stopped = speculate(target, draft, { ...job(gumbel), proposedTokens: 4 }, AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
  });
});
