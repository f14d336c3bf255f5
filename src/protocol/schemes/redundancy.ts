/**
 * n-of-m redundancy: m nodes do the job, an output is accepted when at least n of them deliver exactly it.
 *
 * The output is one of the m. Each other node is dishonest with probability q, independently, and dishonest nodes collude: they
 * back the output if it is a cheat and withhold agreement if it is honest. So with a = 1 - q for an output that is consistent
 * throughout (what an honest node generates) and a = q for any other,
 *
 *   P(accept) = P(Binomial(m - 1, a) >= n - 1).
 *
 * n must be a majority, or two outputs could both be accepted. Source: redundant computation of whitepaper 2.4 and 4.2;
 * majority voting over replicas as in BOINC. Assumes that honest nodes agree exactly; q = 0 is a network of lone cheats.
 * Cost: m - 1 generations (A prefill tokens and B - 1 decode tokens each); no teacher forcing.
 */
import { z } from "zod";
import { ok } from "../result.ts";
import { failsStaticChecks } from "./every-position.ts";
import type { DirectScheme } from "./scheme.ts";
import { isConsistentThroughout } from "./scored-output.ts";
import { noCost } from "./verification-cost.ts";

export const redundancyParameters = z
  .strictObject({
    scheme: z.literal("redundancy"),
    nodes: z.int().min(2).max(1000).describe("m, the claimant included"),
    agreeing: z.int().describe("n, the claimant included"),
    dishonestShare: z.number().min(0).max(1).describe("q, share of the other nodes that collude with cheats"),
  })
  .refine(({ nodes, agreeing }) => agreeing <= nodes && 2 * agreeing > nodes, {
    path: ["agreeing"],
    message: "expected a majority of `nodes`, and at most all of them",
  });

export function redundancy({ nodes, agreeing, dishonestShare }: z.infer<typeof redundancyParameters>): DirectScheme {
  return {
    kind: "direct",
    name: `redundancy ${agreeing} of ${nodes} q=${dishonestShare}`,
    label: `redundancy ${agreeing} of ${nodes}`,
    shortLabel: `${agreeing} of ${nodes}`,
    family: "redundancy",
    judge: (output) => {
      const isFalse = failsStaticChecks(output);
      if (!isFalse.ok) return isFalse;
      if (isFalse.value) return ok({ probability: 0, cost: noCost });
      const backing = isConsistentThroughout(output) ? 1 - dishonestShare : dishonestShare;
      return ok({
        probability: atLeast(agreeing - 1, nodes - 1, backing),
        cost: {
          prefillTokens: (nodes - 1) * output.identity.job.promptTokens.length,
          separatePrefillTokens: (nodes - 1) * output.identity.job.promptTokens.length,
          decodeTokens: (nodes - 1) * (output.outputTokens.length - 1),
        },
      });
    },
  };
}

/** P(Binomial(count, p) >= least): a sum of positive terms, so that small results keep their digits. */
function atLeast(least: number, count: number, p: number): number {
  let ways = 1;
  let sum = 0;
  for (let successes = 0; successes <= count; successes++) {
    if (successes >= least) sum += ways * p ** successes * (1 - p) ** (count - successes);
    ways = (ways * (count - successes)) / (successes + 1);
  }
  return Math.min(1, sum);
}
