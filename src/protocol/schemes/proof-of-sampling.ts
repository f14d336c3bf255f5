/**
 * Proof of sampling: only a share s of the jobs is verified at all, the rest is accepted unseen.
 *
 *   P(accept) = (1 - s) + s x P(inner scheme accepts),   cost = s x the inner scheme's.
 *
 * Source: Y. Zhang and others, Proof of Sampling (2024), arXiv 2405.00295. Which jobs are verified must be unpredictable to the
 * node when it delivers. On its own it detects at most a share s; what makes it a scheme is the stake (docs/schemes.md).
 */
import { z } from "zod";
import { ok } from "../result.ts";
import { failsStaticChecks } from "./every-position.ts";
import { fullRecomputation, fullRecomputationParameters } from "./full-recomputation.ts";
import { rastic, rasticParameters } from "./rastic.ts";
import type { DirectScheme } from "./scheme.ts";
import { tolerantRastic, tolerantRasticParameters } from "./tolerant-rastic.ts";
import { noCost, shareOfCost } from "./verification-cost.ts";

export const proofOfSamplingParameters = z.strictObject({
  scheme: z.literal("proof-of-sampling"),
  share: z.number().min(0).max(1).describe("s, the share of jobs that is verified"),
  inner: z
    .discriminatedUnion("scheme", [fullRecomputationParameters, rasticParameters, tolerantRasticParameters])
    .describe("how a job is verified"),
});

export function proofOfSampling({ share, inner }: z.infer<typeof proofOfSamplingParameters>): DirectScheme {
  const verification = innerScheme(inner);
  return {
    kind: "direct",
    name: `proof-of-sampling share=${share} (${verification.name})`,
    label: `${share} of jobs, ${verification.shortLabel}`,
    shortLabel: `${share} of jobs`,
    family: "proof-of-sampling",
    judge: (output) => {
      const isFalse = failsStaticChecks(output);
      if (!isFalse.ok) return isFalse;
      if (isFalse.value) return ok({ probability: 0, cost: noCost });
      const judged = verification.judge(output);
      if (!judged.ok) return judged;
      const { probability, cost } = judged.value;
      return ok({ probability: 1 - share + share * probability, cost: shareOfCost(share, cost) });
    },
  };
}

function innerScheme(inner: z.infer<typeof proofOfSamplingParameters>["inner"]): DirectScheme {
  switch (inner.scheme) {
    case "full-recomputation":
      return fullRecomputation();
    case "rastic":
      return rastic(inner);
    case "tolerant-rastic":
      return tolerantRastic(inner);
  }
}
