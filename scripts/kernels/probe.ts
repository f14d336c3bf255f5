/**
 * Which kernels llama.cpp loaded, what they compute, and how long they take: one line of JSON. Equal digests are equal logits, bit
 * for bit, in every way in which the tests use a model: weights of three formats, prompts read at once, tokens one at a
 * time and in lock step, flash attention with a Q8_0 cache.
 */
import { createHash } from "node:crypto";
import { Backend } from "../../src/inference/backend.ts";
import { generate } from "../../src/inference/generate.ts";
import { score } from "../../src/inference/score.ts";

const numerics = [{}, { decodeShape: "paired" }, { flashAttention: true, kvCacheType: "Q8_0" }] as const;
const prompts = ["Once upon a time there was a king", "The fox said"];
const sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" } as const;
const tokenLimit = 48;

const digest = createHash("sha256");
const backend = await Backend.open();
const { cpuKernels } = await backend.describe();
const { user } = process.cpuUsage();
for (const format of ["f16", "q8_0", "q4_0"]) {
  const model = await backend.loadModel(`models/tales-target-${format}.gguf`);
  for (const choice of numerics) {
    const context = await model.openContext({ contextTokens: 128, sequences: 2, numerics: choice });
    const requests = prompts.map((prompt, seed) => ({
      promptTokens: model.vocabulary.promptTokens(prompt),
      sampling,
      seed,
      tokenLimit,
      ignoreEndToken: true,
    }));
    const completions = await generate(context, requests);
    digest.update(JSON.stringify(completions.map(({ outputTokens, logits }) => [outputTokens, logits])));
    for (const [i, { outputTokens }] of completions.entries()) {
      const { positions } = await score(context, { ...requests[i]!, outputTokens, detail: "logits" });
      digest.update(JSON.stringify(positions));
    }
    await context.close();
  }
  await model.close();
}
const cpuSeconds = process.cpuUsage().user / 1e6 - user / 1e6;
await backend.close();
process.stdout.write(`${JSON.stringify({ cpuKernels, digest: digest.digest("hex"), cpuSeconds })}\n`);
