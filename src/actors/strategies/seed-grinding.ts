import { z } from "zod";
import { addUsage, decode, prefill } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** How many seeds are tried. */
  tries: z.int().min(2).max(1000).default(4),
});

/**
 * Generates under several seeds of its own at once, stops them all when the first ends, and delivers that one: the shortest
 * text, claimed under the job's seed. The fee is for the job, the work for the tokens; it pays only where the race is shorter
 * than the honest text by more than its width, or where the other sequences of a batch come nearly free.
 *
 * Source: literature on verifying outsourced inference (a wrong sampling seed).
 */
export const seedGrinding: Strategy<z.output<typeof parameters>> = {
  name: "seed-grinding",
  revision: 1,
  parameters,
  models: () => ["target"],
  async run(job, tools, { tries }) {
    const target = tools.model("target");
    const seeds = Array.from({ length: tries }, () => tools.draws.below(2 ** 32));
    const outputs = await Promise.all(seeds.map((seed) => target.generate({ job: { ...job, seed } })));
    const outputTokens = outputs.reduce((shortest, each) => (each.length < shortest.length ? each : shortest));
    const work = addUsage(
      prefill(target.root, job.promptTokens.length),
      decode(target.root, tries * (outputTokens.length - 1)),
    );
    return { outputTokens, work };
  },
};
