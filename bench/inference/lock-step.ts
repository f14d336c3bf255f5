/**
 * Target: eight sequences generated in lock step give at least 1.25 times the tokens/s of one sequence, on the embedded
 * target in each weight format, for each way of sampling and both decode shapes.
 *
 *   node bench/inference/lock-step.ts [--repeats N]
 */
import { Backend } from "../../src/inference/backend.ts";
import type { InferenceContext } from "../../src/inference/context.ts";
import { generate } from "../../src/inference/generate.ts";
import { decodeShapes } from "../../src/inference/numerics.ts";
import { greedy, type Sampling } from "../../src/inference/sampling/sampling.ts";
import { interleaved } from "../support/interleaved.ts";
import { report, summary } from "../support/report.ts";
import { openings, repeatsGiven } from "../support/setting.ts";

const repeats = repeatsGiven(7);
const promptTokens = 16;
const tokenLimit = 48;
const samplings: Record<string, Sampling> = {
  greedy,
  "inverse-cdf": { temperature: 0.7, topK: 0, topP: 1, choice: "inverse-cdf" },
  gumbel: { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" },
};

await using stack = new AsyncDisposableStack();
const backend = await Backend.open();
stack.defer(() => backend.close());
for (const format of ["f16", "q8_0", "q4_0"]) {
  const model = await backend.loadModel(`models/tales-target-${format}.gguf`);
  const prompts = openings(model, promptTokens).slice(0, 8);
  for (const decodeShape of decodeShapes)
    for (const [name, sampling] of Object.entries(samplings)) {
      const options = { contextTokens: promptTokens + tokenLimit + 1, numerics: { decodeShape } };
      const alone = await model.openContext(options);
      const eight = await model.openContext({ ...options, sequences: 8 });
      const requests = prompts.map((prompt, seed) => ({
        promptTokens: prompt,
        tokenLimit,
        sampling,
        seed,
        ignoreEndToken: true,
      }));
      const rates = { alone: [] as number[], eight: [] as number[] };
      const measured = await interleaved(
        {
          alone: async () => run(alone, requests.slice(0, 1), rates.alone),
          eight: async () => (await run(eight, requests, rates.eight)).slice(0, 1),
        },
        repeats,
      );
      if (measured.alone.checksum !== measured.eight.checksum)
        throw new Error(`${format} ${decodeShape} ${name}: the first sequence differs in lock step`);
      const [single, together] = [rates.alone.slice(1), rates.eight.slice(1)]; // without the warm-up round
      report(
        `${format} ${decodeShape} ${name}: 8 sequences / 1, tokens/s`,
        Math.max(...together) / Math.max(...single),
        together.map((rate, i) => rate / single[i]!),
        { atLeast: 1.25 },
      );
      await alone.close();
      await eight.close();
    }
  await model.close();
}
summary();

/** Generates, and notes the tokens/s of the steps that all sequences take together. */
async function run(context: InferenceContext, requests: Parameters<typeof generate>[1], rates: number[]) {
  const reached: number[] = [];
  const completions = await generate(context, requests, { onToken: () => reached.push(performance.now()) });
  // Sequences join one by one (the first one decodes meanwhile): count from the last one's first token on.
  const started = reached.length - (tokenLimit - 1) * requests.length;
  const first = Math.max(started, requests.length);
  rates.push(((reached.length - first) / (reached.at(-1)! - reached[first - 1]!)) * 1000);
  return completions.map(({ outputTokens }) => outputTokens);
}
