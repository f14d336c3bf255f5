import { z } from "zod";
import { gumbelWinner, type TokenLogit, truncate } from "../../inference/sampling/gumbel.ts";
import { positionKey } from "../../inference/sampling/position-key.ts";
import type { Sampling } from "../../inference/sampling/sampling.ts";
import { noUsage } from "../compute-usage.ts";
import { NGramModel } from "./runtime/n-gram-model.ts";
import type { Job, Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** Tokens that a count is about: the next one and those before it. */
  order: z.int().min(1).max(8).default(4),
  /** Most public outputs that it learns from; the pool may hold fewer. */
  outputs: z.int().min(1).default(100),
});

/**
 * Lazy prediction without a model: counts of tokens in what the target has written for others stand in for the target. Nothing is
 * computed that a ledger would hold.
 *
 * The corpus is real: the target's outputs for the other prompts of the pool (never for the job's own), one each, on the job's
 * terms and under seeds of their own, prompts included. Other clients have paid for them, so they cost this node nothing; the pool's
 * hash is part of the transcript's identity. The counts follow the target as it is sampled, so they are drawn from as they are,
 * with the job's own noise: greedily, or as Gumbel sampling at temperature 1. `inverse-cdf` is met the same way, since
 * only the probabilities are known there.
 *
 * Source: whitepaper 2.5.7 and blog, lazy prediction, at its cheapest.
 */
export const lazyNGram: Strategy<z.output<typeof parameters>> = {
  name: "lazy-n-gram",
  revision: 1,
  parameters,
  models: () => ["target"],
  usesPool: () => true,
  async run(job, tools, { order, outputs }) {
    const target = tools.model("target");
    const model = new NGramModel(order, target.vocabularySize);
    const bought = tools.publicJobs.slice(0, outputs);
    const texts = await Promise.all(bought.map((other) => target.generate({ job: other })));
    for (const [i, { promptTokens }] of bought.entries()) model.learn([...promptTokens, ...texts[i]!]);

    const outputTokens: number[] = [];
    while (outputTokens.length < job.tokenLimit && !target.isEndToken(outputTokens.at(-1) ?? -1)) {
      const probabilities = model.probabilities([...job.promptTokens, ...outputTokens]);
      outputTokens.push(drawn(probabilities, job, outputTokens.length));
    }
    return { outputTokens, work: noUsage };
  },
};

function drawn(probabilities: Float64Array, { sampling, seed }: Job, position: number): number {
  const candidates = Array.from(probabilities, (p, token) => ({ token, logit: Math.log(p) }));
  if (sampling.temperature === 0)
    return candidates.reduce((best, each) => (each.logit > best.logit ? each : best)).token;
  return gumbelWinner(allowedBy(sampling, candidates), 1, positionKey(seed, position)).token;
}

/** What top-k and top-p leave of them. */
function allowedBy(sampling: Sampling, candidates: TokenLogit[]): readonly TokenLogit[] {
  if (sampling.topK === 0 && sampling.topP >= 1) return candidates;
  const sorted = candidates.sort((a, b) => b.logit - a.logit || a.token - b.token);
  const totalWeight = Math.exp(-sorted[0]!.logit); // probabilities add up to 1, weights are counted from the highest
  return truncate(sorted, totalWeight, sorted.length, sampling)!;
}
