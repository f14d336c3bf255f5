/**
 * How often a cheap question about a Gumbel draw leaves a doubt (and is asked again over the whole vocabulary), by
 * temperature, with the numbers of favourites and loud noises as they stand in src/inference/next-token.ts.
 *
 *   node bench/inference/gumbel-doubts.ts
 */
import { Backend } from "../../src/inference/backend.ts";
import { generate } from "../../src/inference/generate.ts";
import { nextTokenRule } from "../../src/inference/next-token.ts";
import type { Sampling } from "../../src/inference/sampling/sampling.ts";
import { openings } from "../support/setting.ts";

const promptTokens = 16;
const outputTokens = 250;

await using stack = new AsyncDisposableStack();
const backend = await Backend.open();
stack.defer(() => backend.close());
const model = await backend.loadModel("models/tales-target-f16.gguf");
const context = await model.openContext({ contextTokens: promptTokens + outputTokens });
for (const topP of [1, 0.9])
  for (const temperature of [0.2, 0.7, 1.0, 1.5]) {
    const sampling: Sampling = { temperature, topK: 0, topP, choice: "gumbel" };
    let doubts = 0;
    let asked = 0;
    for (const [seed, prompt] of openings(model, promptTokens).slice(0, 8).entries()) {
      const request = { promptTokens: prompt, tokenLimit: outputTokens, sampling, seed, ignoreEndToken: true };
      const [completion] = await generate(context, [request]);
      const rule = nextTokenRule(sampling, seed, model.vocabulary.size);
      const feed = [...prompt, ...completion!.outputTokens.slice(0, -1)].map((token, i) => {
        const position = i + 1 - promptTokens;
        return position < 0 ? { token } : { token, ask: rule.ask(position, null, false) };
      });
      await context.shorten(0, 0);
      const [answers] = await context.evaluate([{ slot: 0, feed }]);
      const read = answers!.flatMap((answer, i) => (answer ? [rule.read(i + 1 - promptTokens, null, answer)] : []));
      asked += read.length;
      doubts += read.filter((next) => next === null).length;
    }
    console.log(`top-p ${topP}, temperature ${temperature}: ${doubts} of ${asked} positions left in doubt`);
  }
