/**
 * An output is that of the request alone, bit for bit: whichever requests share its batches, however many, whenever they end, in whatever
 * order they come; and a text's logits are the same however it is cut. Over random models in six formats, whose kernels change over at
 * other numbers of rows.
 */
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend } from "../../src/inference/backend.ts";
import type { InferenceContext } from "../../src/inference/context.ts";
import { type Completion, type GenerateRequest, generate } from "../../src/inference/generate.ts";
import type { LanguageModel } from "../../src/inference/language-model.ts";
import { decodeShapes, type Numerics } from "../../src/inference/numerics.ts";
import { recompute } from "../../src/inference/recompute.ts";
import type { Sampling } from "../../src/inference/sampling/sampling.ts";
import { score } from "../../src/inference/score.ts";
import { openings, targetF16, targetQ8 } from "../support/embedded-models.ts";
import { randomFormats, randomShape, writeRandomModel } from "../support/random-model.ts";
import { scratchFolder } from "../support/scratch.ts";

const samplings: Sampling[] = [
  { temperature: 0, topK: 0, topP: 1, choice: "gumbel" },
  { temperature: 0.7, topK: 0, topP: 0.9, choice: "gumbel" },
  { temperature: 1, topK: 0, topP: 1, choice: "gumbel" },
  { temperature: 1.5, topK: 5, topP: 0.9, choice: "gumbel" },
  { temperature: 0.7, topK: 0, topP: 1, choice: "inverse-cdf" },
];
const numericsTried: Partial<Numerics>[] = [
  {},
  { flashAttention: true },
  { kvCacheType: "F32" },
  { flashAttention: true, kvCacheType: "Q8_0" },
];

const said = ({ outputTokens, stop, logits }: Completion) => JSON.stringify({ outputTokens, stop, logits });

describe("neighbours in a batch", () => {
  const folder = scratchFolder();
  const path = (format: string) => join(folder, `${format}.gguf`);
  const models = new Map<string, Promise<LanguageModel>>();
  let backend: Backend;
  beforeAll(async () => {
    backend = await Backend.open();
    for (const [seed, format] of randomFormats.entries()) writeRandomModel(path(format), format, seed);
  });
  afterAll(() => backend.close());

  function model(format: string): Promise<LanguageModel> {
    const opened = models.get(format) ?? backend.loadModel(path(format));
    models.set(format, opened);
    return opened;
  }

  const tokens = (least: number, most: number) =>
    fc.array(fc.nat(randomShape.vocabularyTokens - 1), { minLength: least, maxLength: most });
  const requests = fc.array(
    fc.record({
      promptTokens: tokens(1, 90),
      tokenLimit: fc.integer({ min: 1, max: 24 }),
      sampling: fc.constantFrom(...samplings),
      seed: fc.nat(),
    }),
    { minLength: 2, maxLength: 7 },
  );

  test.each(randomFormats)("change nothing of an output (%s)", async (format) => {
    await fc.assert(
      fc.asyncProperty(
        requests,
        fc.integer({ min: 2, max: 6 }),
        fc.constantFrom(...decodeShapes),
        fc.constantFrom(...numericsTried),
        async (wanted, sequences, decodeShape, more) => {
          const numerics = { ...more, decodeShape };
          const own = await model(format);
          const together = await own.openContext({ contextTokens: 128, sequences, numerics });
          const alone = await own.openContext({ contextTokens: 128, numerics });
          const completions = await generate(together, wanted);
          for (const [i, request] of wanted.entries())
            expect(said(completions[i]!)).toBe(said((await generate(alone, [request]))[0]!));
          // In another order, and where others have been before.
          const again = await generate(together, wanted.toReversed());
          expect(again.toReversed().map(said)).toEqual(completions.map(said));
          together.close();
          alone.close();
        },
      ),
      { numRuns: 8 },
    );
  });

  test.each(randomFormats)(
    "generating in pairs and scoring see the same logits, from a prompt of one token on (%s)",
    async (format) => {
      await fc.assert(
        fc.asyncProperty(
          tokens(1, 90),
          fc.constantFrom(...samplings.slice(0, 4)),
          fc.constantFrom(...numericsTried),
          async (promptTokens, sampling, more) => {
            const context = await (await model(format)).openContext({
              contextTokens: 128,
              numerics: { ...more, decodeShape: "paired" },
            });
            const request: GenerateRequest = { promptTokens, tokenLimit: 30, sampling, seed: 5, ignoreEndToken: true };
            const [{ outputTokens, logits } = { outputTokens: [], logits: [] }] = await generate(context, [request]);
            const { positions } = await score(context, { ...request, outputTokens, detail: "logits" });
            expect(positions.map((position) => position.logits)).toEqual(logits);
            expect(positions.every(({ consistent }) => consistent)).toBe(true);
            context.close();
          },
        ),
        { numRuns: 5 },
      );
    },
  );

  test.each(randomFormats)(
    "a text's logits do not depend on how it is cut, nor on what else is asked (%s)",
    async (format) => {
      await fc.assert(
        fc.asyncProperty(
          tokens(2, 200),
          fc.array(fc.integer({ min: 1, max: 199 }), { maxLength: 5 }),
          fc.constantFrom(...numericsTried),
          async (text, cuts, numerics) => {
            const context = await (await model(format)).openContext({ contextTokens: 256, numerics });
            const whole = await rows(context, [text]);
            const ends = [...new Set([...cuts.filter((cut) => cut < text.length), text.length])].sort((a, b) => a - b);
            const pieces = ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end));
            const cut = await rows(context, pieces);
            for (const [i, row] of whole.entries())
              if (!same(row, cut[i]!)) expect.fail(`token ${i} of ${text.length}`);
            const some = ends.map((end) => end - 1);
            await readAll(context, [text], some, (row, at) => {
              if (!same(row, whole[at]!)) expect.fail(`token ${at} alone`);
            });
            context.close();
          },
        ),
        { numRuns: 5 },
      );
    },
  );

  test("that end, on the embedded target: survivors go on as if nobody had been there", async () => {
    for (const path of [targetF16, targetQ8]) {
      const own = await backend.loadModel(path);
      const wanted = openings.slice(0, 10).map((opening, seed) => ({
        promptTokens: own.vocabulary.promptTokens(opening),
        tokenLimit: 8 + 9 * ((7 * seed) % 5),
        sampling: samplings[1]!,
        seed,
      }));
      const together = await own.openContext({ contextTokens: 128, sequences: 8 });
      const alone = await own.openContext({ contextTokens: 128 });
      const completions = await generate(together, wanted);
      for (const [i, request] of wanted.entries()) {
        expect(said(completions[i]!)).toBe(said((await generate(alone, [request]))[0]!));
        // The verifier's own reading holds every token, but for rounding at a near tie.
        const { outputTokens } = completions[i]!;
        const { positions } = await score(alone, { ...request, outputTokens, detail: "logits" });
        for (const { consistent, margin } of positions) if (!consistent) expect(margin).toBeLessThan(0.05);
        const sequenceIndices = outputTokens.map((_, position) => request.promptTokens.length + position);
        await recompute("one-pass", [alone], { ...request, outputTokens, sequenceIndices });
      }
      own.close();
    }
  });
});

const same = (a: Float32Array, b: Float32Array) => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

/** The logits behind every token of a text that is fed in these pieces. */
async function rows(context: InferenceContext, pieces: readonly (readonly number[])[]): Promise<Float32Array[]> {
  const found: Float32Array[] = [];
  await readAll(context, pieces, null, (row) => found.push(row));
  return found;
}

async function readAll(
  context: InferenceContext,
  pieces: readonly (readonly number[])[],
  asked: readonly number[] | null,
  take: (row: Float32Array, at: number) => void,
): Promise<void> {
  context.shorten(0, 0);
  for (const tokens of pieces)
    await context.evaluate([{ slot: 0, tokens, asked: asked ?? [...tokens.keys()] }], (row, _, index) =>
      take(row.logits.slice(), index),
    );
}
