/**
 * How much less probable the claimed tokens are than the model's favourites, within its top k.
 *
 * Position score = min(clip, ln p(top) - ln p(claimed)) if the claimed token is among the k most likely, else `clip`; the
 * scheme's score is the mean, suspicious when high. Source: the published form has the node send its top-k log
 * probabilities and takes their distance from the verifier's (inference-validation artifact of Gonka, 2025; LOGIC of
 * inference.net, 2025). A RASTiC output carries tokens and nothing else, so the distance here is to the favourite, the one
 * token that needs no report. Needs no shared seed; blind to a cheat that picks likely tokens.
 * Cost: one pass over R[0..A+B-2].
 */
import { z } from "zod";
import { err, ok } from "../result.ts";
import type { StatisticScheme } from "./scheme.ts";

export const topKLogProbabilityParameters = z.strictObject({
  scheme: z.literal("top-k-log-probability"),
  topK: z.int().min(1).describe("the claimed token must be among so many of the model's favourites"),
  clipNats: z.number().positive().describe("the most that one position can count"),
});

export function topKLogProbability({ topK, clipNats }: z.infer<typeof topKLogProbabilityParameters>): StatisticScheme {
  return {
    kind: "statistic",
    name: `top-k-log-probability k=${topK} clip=${clipNats}`,
    label: "top-k log prob.",
    shortLabel: "top-k",
    family: "top-k-log-probability",
    sides: "upper",
    positionScores: ({ evidence: { ranks, topLogits, claimedLogits } }) =>
      ranks === null
        ? err("scheme-evidence-missing", "no ranks: score the output in detail `distribution`")
        : ok(
            Array.from(ranks, (rank, i) =>
              rank > topK ? clipNats : Math.min(clipNats, topLogits[i]! - claimedLogits[i]!),
            ),
          ),
  };
}
