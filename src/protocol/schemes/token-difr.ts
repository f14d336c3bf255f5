/**
 * Token-DiFR: how far the claimed tokens lie from what the shared seed makes the reference model say, on average.
 *
 * Score = mean over output positions of min(margin, clip); margin in logits, so a token that top-k or top-p excludes
 * (infinite margin) counts as `clip`. Suspicious when high; threshold from held-out honest outputs (calibrate.ts).
 * Source: A. Karvonen and others, DiFR: Inference Verification Despite Nondeterminism (2025), arXiv 2511.20621, whose
 * analysis code clips at 0.5. Assumes greedy or Gumbel sampling from a seed that both sides know.
 * Cost: one pass over R[0..A+B-2].
 */
import { z } from "zod";
import { ok } from "../result.ts";
import { marginsMissing } from "./margin.ts";
import type { StatisticScheme } from "./scheme.ts";

export const tokenDifrParameters = z.strictObject({
  scheme: z.literal("token-difr"),
  clipLogits: z.number().positive().describe("the most that one position can count"),
});

export function tokenDifr({ clipLogits }: z.infer<typeof tokenDifrParameters>): StatisticScheme {
  return {
    kind: "statistic",
    name: `token-difr clip=${clipLogits}`,
    label: "token-DiFR",
    shortLabel: "token-DiFR",
    family: "token-difr",
    sides: "upper",
    positionScores: (output) =>
      marginsMissing(output) ?? ok(Array.from(output.evidence.margins, (margin) => Math.min(margin, clipLogits))),
  };
}
