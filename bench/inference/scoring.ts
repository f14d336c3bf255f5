/**
 * Target: scoring all positions of a claim costs at most 1.45 times a bare reading from 500 tokens on (greedy, reference
 * tokens alone and with raw logits). What the other ways of sampling cost is said beside it.
 *
 *   node bench/inference/scoring.ts [--repeats N]
 */
import { Backend } from "../../src/inference/backend.ts";
import { generate } from "../../src/inference/generate.ts";
import { greedy, type Sampling } from "../../src/inference/sampling/sampling.ts";
import { type ScoreDetail, score } from "../../src/inference/score.ts";
import { interleaved } from "../support/interleaved.ts";
import { describe, reportRatio, summary } from "../support/report.ts";
import { openings, repeatsGiven } from "../support/setting.ts";

const repeats = repeatsGiven(7);
const promptTokens = 16;
const gumbel: Sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" };
const inverseCdf: Sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "inverse-cdf" };

await using stack = new AsyncDisposableStack();
const backend = await Backend.open();
stack.defer(() => backend.close());
for (const path of ["models/tales-target-f16.gguf", "models/tales-target-q8_0.gguf"]) {
  const model = await backend.loadModel(path);
  const context = await model.openContext({ contextTokens: promptTokens + 1000 + 1 });
  const prompt = openings(model, promptTokens)[0]!;
  const outputs = new Map<Sampling, readonly number[]>();
  for (const sampling of [greedy, gumbel, inverseCdf]) {
    const request = { promptTokens: prompt, tokenLimit: 1000, sampling, seed: 1, ignoreEndToken: true };
    outputs.set(sampling, (await generate(context, [request]))[0]!.outputTokens);
  }
  for (const tokens of [500, 1000]) {
    const all = (sampling: Sampling, detail: ScoreDetail) => async () => {
      const outputTokens = outputs.get(sampling)!.slice(0, tokens);
      return (await score(context, { promptTokens: prompt, outputTokens, sampling, seed: 1, detail })).positions;
    };
    const feed = [...prompt, ...outputs.get(greedy)!.slice(0, tokens - 1)];
    const measured = await interleaved(
      {
        "bare prefill": async () => {
          context.shorten(0, 0);
          await context.evaluate([{ slot: 0, tokens: feed }]);
          return context.length(0);
        },
        "greedy, token": all(greedy, "token"),
        "greedy, logits": all(greedy, "logits"),
        "inverse-cdf, token": all(inverseCdf, "token"),
        "gumbel, token": all(gumbel, "token"),
      },
      repeats,
    );
    console.log(`\n${path}, claim of ${tokens} tokens`);
    for (const [name, measurement] of Object.entries(measured)) describe(name, measurement);
    const { "bare prefill": bare, ...scorings } = measured;
    for (const [name, measurement] of Object.entries(scorings))
      reportRatio(
        `${name} / bare prefill`,
        measurement,
        bare,
        path.includes("f16") && name.startsWith("greedy") ? { atMost: 1.45 } : undefined,
      );
  }
  await model.close();
}
summary();
