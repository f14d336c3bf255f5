/**
 * Mean logarithm of the claimed token's rank: 0 when every token is the model's favourite.
 *
 * Score = mean ln(rank). With `both` sides a text that is too predictable (greedy where sampling was paid for, a loop) is
 * suspicious too. Source: log-rank as a detector of machine text, S. Gehrmann and others, GLTR (2019), and E. Mitchell and
 * others, DetectGPT (2023). Needs no shared seed and no margin, so it also works for `inverse-cdf` sampling.
 * Cost: one pass over R[0..A+B-2].
 */
import { z } from "zod";
import { err, ok } from "../result.ts";
import type { StatisticScheme } from "./scheme.ts";

export const logRankParameters = z.strictObject({
  scheme: z.literal("log-rank"),
  sides: z.enum(["upper", "both"]),
});

export function logRank({ sides }: z.infer<typeof logRankParameters>): StatisticScheme {
  return {
    kind: "statistic",
    name: `log-rank ${sides}`,
    label: "log-rank",
    shortLabel: "log-rank",
    family: "log-rank",
    sides,
    positionScores: ({ evidence: { ranks } }) =>
      ranks === null
        ? err("scheme-evidence-missing", "no ranks: score the output in detail `distribution`")
        : ok(Array.from(ranks, Math.log)),
  };
}
