import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend } from "../../src/inference/backend.ts";
import type { InferenceContext, ReadRow } from "../../src/inference/context.ts";
import { type RecomputeRequest, recompute, recomputeTogether } from "../../src/inference/recompute.ts";
import { greedy, type Sampling } from "../../src/inference/sampling/sampling.ts";
import { openings, targetF16, targetQ8 } from "../support/embedded-models.ts";

const targetQ4 = "models/tales-target-q4_0.gguf";
const hot: Sampling = { temperature: 1.5, topK: 0, topP: 1, choice: "gumbel" };
const inverseCdf: Sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "inverse-cdf" };

describe("verifying several jobs in one pass", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await Backend.open();
  });
  afterAll(() => backend.close());

  // Lengths that differ by one, by two, by many, and not at all: what llama.cpp cuts into pieces of equal length.
  const lengths = [33, 34, 34, 36, 61, 2, 3, 100];

  function jobsOf(context: InferenceContext, sampling: Sampling): RecomputeRequest[] {
    const text = openings.flatMap((opening) => context.vocabulary.promptTokens(opening));
    return lengths.map((length, i) => {
      const own = text.slice(50 * i, 50 * i + length + 1);
      return {
        promptTokens: own.slice(0, 1),
        outputTokens: own.slice(1),
        sampling,
        seed: i,
        sequenceIndices: [length, 1, Math.ceil(length / 2)],
      };
    });
  }

  /** The logits at every place asked about, by feed and place, through a recorder around the context's own evaluate. */
  function recordLogits(context: InferenceContext): Map<string, Float32Array> {
    const evaluate = context.evaluate.bind(context);
    const seen = new Map<string, Float32Array>();
    let calls = 0;
    context.evaluate = (feeds, read) => {
      const call = calls++;
      const recorded: ReadRow = (row, feed, index) => {
        seen.set(`${call + feed}/${index}`, row.logits.slice());
        read?.(row, feed, index);
      };
      return evaluate(feeds, recorded);
    };
    return seen;
  }

  test.each([
    ["F16 weights", targetF16, {}],
    ["Q8_0 weights", targetQ8, {}],
    ["Q4_0 weights", targetQ4, {}],
    ["flash attention", targetF16, { flashAttention: true }],
    ["flash attention and a KV cache in Q8_0", targetF16, { flashAttention: true, kvCacheType: "Q8_0" }],
    ["two threads", targetQ8, { threads: 2 }],
  ] as const)("gives each job the logits it gets alone, bit for bit (%s)", async (_, path, numerics) => {
    const model = await backend.loadModel(path);
    const together = await model.openContext({ contextTokens: 128, sequences: 8, numerics });
    const alone = await model.openContext({ contextTokens: 128, numerics });
    const requests = jobsOf(alone, greedy);
    const seenTogether = recordLogits(together);
    const { referenceTokens, timing } = await recomputeTogether(together, requests);
    const seenAlone = recordLogits(alone);
    for (const [i, request] of requests.entries()) {
      const { referenceTokens: own } = await recompute("one-pass", [alone], request);
      expect(referenceTokens[i]).toEqual(own);
    }
    expect([...seenTogether].sort()).toEqual([...seenAlone].sort());
    // Each text is filled up to whole batches.
    const { rows } = together.shape;
    expect(timing.tokens).toBe(lengths.reduce((sum, length) => sum + rows * Math.ceil(length / rows), 0));
    await model.close();
  });

  test.each([
    ["gumbel, hot", hot],
    ["inverse-cdf", inverseCdf],
  ])("gives each job the tokens it gets alone (%s)", async (_, sampling) => {
    const model = await backend.loadModel(targetF16);
    const together = await model.openContext({ contextTokens: 128, sequences: 8 });
    const requests = jobsOf(together, sampling);
    const { referenceTokens } = await recomputeTogether(together, requests);
    for (const [i, request] of requests.entries())
      expect(referenceTokens[i]).toEqual((await recompute("one-pass", [together], request)).referenceTokens);
    await model.close();
  });

  test("more jobs than sequences, or none, are refused", async () => {
    const model = await backend.loadModel(targetF16);
    const context = await model.openContext({ contextTokens: 128, sequences: 2 });
    const [job] = jobsOf(context, greedy);
    await expect(recomputeTogether(context, [])).rejects.toMatchObject({ code: "bad-request" });
    await expect(recomputeTogether(context, [job!, job!, job!])).rejects.toThrow(/3 requests in a context of 2/);
    await model.close();
  });
});
