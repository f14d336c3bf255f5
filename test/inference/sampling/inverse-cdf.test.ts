/** Our telling of llama.cpp's sampler against that sampler itself, on the same logits. */
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel, type Token } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstUniform, inverseCdfToken } from "../../../src/inference/sampling/inverse-cdf.ts";
import { LogitRow } from "../../../src/inference/sampling/logit-row.ts";
import { positionKey } from "../../../src/inference/sampling/position-key.ts";
import { prototypeSampling, type Sampling } from "../../../src/inference/sampling/sampling.ts";
import { draftF16, openings } from "../../support/embedded-models.ts";

describe("llama.cpp's own sampler", () => {
  let llama: Llama;
  let model: LlamaModel;
  beforeAll(async () => {
    llama = await getLlama({ gpu: false, build: "never", skipDownload: true, logLevel: LlamaLogLevel.disabled });
    model = await llama.loadModel({ modelPath: draftF16 });
  });
  afterAll(() => llama.dispose());

  const inverseCdf = (over: Partial<Sampling>): Sampling => ({
    temperature: 0.7,
    topK: 0,
    topP: 1,
    choice: "inverse-cdf",
    ...over,
  });
  test.each([
    inverseCdf({}),
    inverseCdf({ temperature: 1.5 }),
    inverseCdf({ topP: 0.9 }),
    inverseCdf({ topK: 40 }),
    inverseCdf({ topK: 1 }),
    inverseCdf({ temperature: 1, topK: 7, topP: 0.8 }),
    prototypeSampling,
  ])("draws these tokens with %o", async (sampling) => {
    const tokens = openings.slice(0, 12).flatMap((opening) => model.tokenize(opening));
    const context = await model.createContext({ contextSize: 1024, threads: 1, flashAttention: false });
    const sequence = context.getSequence();
    const seedAt = (i: number) => positionKey(11, i)[0]!;
    const { temperature, topK, topP } = sampling;
    const drawn = await sequence.controlledEvaluate(
      tokens.map((token, i) => [
        token,
        { generateNext: { token: true, options: { temperature, topK, topP, minP: 0, seed: seedAt(i) } } },
      ]),
    );
    await sequence.clearHistory();
    const raw = await sequence.controlledEvaluate(
      tokens.map((token) => [token as Token, { generateNext: { token: true, logits: true } }]),
    );
    const row = new LogitRow(raw[0]!.next.logits!.size);
    for (const [i, { next } = { next: {} }] of raw.entries()) {
      const logits = new Float32Array(row.vocabularySize);
      for (const [token, logit] of next.logits!) logits[token] = logit;
      row.load(logits);
      expect(inverseCdfToken(row, sampling, seedAt(i)), `position ${i}`).toBe(drawn[i]!.next.token);
    }
    await context.dispose();
  });

  test("its random numbers are the Mersenne Twister's", () => {
    // The first outputs of mt19937 under its default seed, 5489 (C++ standard, rand.predef; any implementation).
    expect(firstUniform(5489)).toBe((3499211612 + 581869302 * 2 ** 32) / 2 ** 64);
  });

  test("every seed is a seed: the one that llama.cpp takes for 'draw one' gives the same token every time", () => {
    const row = new LogitRow(4096);
    row.load(Float32Array.from({ length: 4096 }, (_, token) => Math.sin(token)));
    const tokens = Array.from({ length: 20 }, () => inverseCdfToken(row, inverseCdf({}), 0xffffffff));
    expect(new Set(tokens).size).toBe(1);
    expect(firstUniform(0xffffffff)).toBeGreaterThan(0);
    expect(firstUniform(0xffffffff)).not.toBe(firstUniform(0));
  });
});
