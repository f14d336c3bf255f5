import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend } from "../../src/inference/backend.ts";
import type { InferenceContext } from "../../src/inference/context.ts";
import { type Completion, type GenerateRequest, generate } from "../../src/inference/generate.ts";
import type { LanguageModel } from "../../src/inference/language-model.ts";
import { decodeShapes } from "../../src/inference/numerics.ts";
import { greedy, type Sampling } from "../../src/inference/sampling/sampling.ts";
import { openings, targetF16, targetQ8 } from "../support/embedded-models.ts";

const samplings: Record<string, Sampling> = {
  greedy,
  "inverse-cdf": { temperature: 0.7, topK: 0, topP: 1, choice: "inverse-cdf" },
  gumbel: { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" },
  "gumbel, top-k and top-p": { temperature: 0.9, topK: 40, topP: 0.9, choice: "gumbel" },
};
const bits = (completions: readonly Completion[]) =>
  JSON.stringify(completions.map(({ outputTokens, stop, logits }) => ({ outputTokens, stop, logits })));

describe("generation on the embedded target", () => {
  let backend: Backend;
  let model: LanguageModel;
  let quantised: LanguageModel;
  let alone: InferenceContext;

  beforeAll(async () => {
    backend = await Backend.open();
    model = await backend.loadModel(targetF16);
    quantised = await backend.loadModel(targetQ8);
    alone = await model.openContext({ contextTokens: 256 });
  });
  afterAll(() => backend.close());

  const request = (i: number, over: Partial<GenerateRequest> = {}): GenerateRequest => ({
    promptTokens: model.vocabulary.promptTokens(openings[i]!),
    tokenLimit: 60,
    sampling: greedy,
    seed: 100 + i,
    ...over,
  });

  describe.each(Object.entries(samplings))("%s sampling", (_, sampling) => {
    test.each(decodeShapes)(
      "gives the same tokens and logits twice, alone and among others (%s)",
      async (decodeShape) => {
        for (const each of [model, quantised]) {
          const eight = await each.openContext({ contextTokens: 256, sequences: 8, numerics: { decodeShape } });
          // Room for a second sequence: in a context of one, a step of one token has kernels of its own on some CPUs.
          const one = await each.openContext({ contextTokens: 256, sequences: 2, numerics: { decodeShape } });
          // Twelve requests on eight sequences: four of them join while others are under way.
          const requests = Array.from({ length: 12 }, (_, i) => request(i, { sampling, tokenLimit: 30 + 3 * i }));
          const together = await generate(eight, requests);
          expect(bits(await generate(eight, requests))).toBe(bits(together));
          const solo: Completion[] = [];
          for (const each of requests.slice(0, 4)) solo.push(...(await generate(one, [each])));
          expect(bits(solo)).toBe(bits(together.slice(0, 4)));
          await eight.close();
          await one.close();
        }
      },
    );
  });

  test("sampled text depends on the seed, greedy text does not", async () => {
    const tokens = async (sampling: Sampling, seed: number) =>
      (await generate(alone, [request(0, { sampling, seed, tokenLimit: 30 })]))[0]!.outputTokens.join();
    expect(await tokens(samplings["gumbel"]!, 1)).not.toBe(await tokens(samplings["gumbel"]!, 2));
    expect(await tokens(samplings["inverse-cdf"]!, 1)).not.toBe(await tokens(samplings["inverse-cdf"]!, 2));
    expect(await tokens(greedy, 1)).toBe(await tokens(greedy, 2));
  });

  test("the first tokens do not depend on how many are asked for", async () => {
    const [short] = await generate(alone, [request(1, { sampling: samplings["gumbel"]!, tokenLimit: 10 })]);
    const [long] = await generate(alone, [request(1, { sampling: samplings["gumbel"]!, tokenLimit: 40 })]);
    expect(long!.outputTokens.slice(0, 10)).toEqual(short!.outputTokens);
    expect(short!.stop).toBe("limit");
  });

  test("a text ends with its end token, unless told to go on", async () => {
    const sampling = samplings["gumbel"]!;
    const long = { sampling, tokenLimit: 200 };
    const completions = await generate(
      alone,
      [0, 1, 2].map((i) => request(i, long)),
    );
    const ended = completions.find(({ stop }) => stop === "end-token");
    expect(ended, "one of three sampled tales ends within 200 tokens").toBeDefined();
    expect(model.vocabulary.isEndToken(ended!.outputTokens.at(-1)!)).toBe(true);
    expect(ended!.outputTokens.slice(0, -1).some((token) => model.vocabulary.isEndToken(token))).toBe(false);

    const index = completions.indexOf(ended!);
    const [onward] = await generate(alone, [request(index, { ...long, ignoreEndToken: true })]);
    expect(onward!.outputTokens).toHaveLength(200);
    expect(onward!.outputTokens.slice(0, ended!.outputTokens.length)).toEqual(ended!.outputTokens);
  });

  test("tokens are announced as they come, and an abort stops between steps", async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const work = generate(alone, [request(0)], {
      signal: stop.signal,
      onToken: (_, token) => {
        seen.push(token);
        if (seen.length === 5) stop.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ name: "AbortError" });
    expect(seen).toHaveLength(5);
    expect((await generate(alone, [request(0)]))[0]!.outputTokens.slice(0, 5)).toEqual(seen);
  });

  test("every refusal names what and where, before anything is computed", async () => {
    const refusals: [Partial<GenerateRequest>, string, RegExp][] = [
      [{ promptTokens: [] }, "empty-prompt", /request 0: the prompt has no token/],
      [{ promptTokens: [1, 4096] }, "unknown-token", /request 0: promptTokens\[1\] is 4096: expected .* 0 to 4095/],
      [{ promptTokens: [1, -1] }, "unknown-token", /promptTokens\[1\] is -1/],
      [{ promptTokens: [1.5] }, "unknown-token", /promptTokens\[0\] is 1.5/],
      [{ tokenLimit: 0 }, "bad-request", /token limit 0: expected at least 1/],
      [{ tokenLimit: 1000 }, "context-exceeded", /1000 to generate need \d+ of context, which has 256/],
      [{ seed: -1 }, "bad-request", /seed -1/],
      [{ sampling: { ...greedy, temperature: -1 } }, "bad-sampling", /temperature -1/],
      [{ sampling: { ...greedy, temperature: 1e-320 } }, "bad-sampling", /temperature 1e-320: expected 0 \(greedy\)/],
      [{ sampling: { ...greedy, topK: 0.5 } }, "bad-sampling", /top-k 0.5/],
      [{ sampling: { ...greedy, topP: 0 } }, "bad-sampling", /top-p 0/],
      [
        { sampling: { ...greedy, choice: "dice" as "gumbel" } },
        "bad-sampling",
        /'dice': expected inverse-cdf or gumbel/,
      ],
    ];
    for (const [over, code, message] of refusals) {
      const refused = generate(alone, [request(0, over)]);
      await expect(refused).rejects.toMatchObject({ name: "InferenceError", code });
      await expect(refused).rejects.toThrow(message);
    }
    expect(() => model.vocabulary.promptTokens("")).toThrow(/prompt is empty/);
  });

  test("the whole of the context can be used, and not one token more", async () => {
    const promptTokens = request(0).promptTokens;
    const tokenLimit = 256 - promptTokens.length + 1; // the last token is produced, not fed
    const [completion] = await generate(alone, [request(0, { tokenLimit, ignoreEndToken: true })]);
    expect(completion!.outputTokens).toHaveLength(tokenLimit);
    await expect(generate(alone, [request(0, { tokenLimit: tokenLimit + 1 })])).rejects.toMatchObject({
      code: "context-exceeded",
    });
  });
});
