/**
 * Cross-entropy of the output under the reference model, at temperature 1.
 *
 * Position score = -ln p(claimed) = logSumExp - logit, in nats; with `lessEntropy` the model's entropy there is taken off,
 * so that open-ended passages do not count against an honest node (for honest sampling at temperature 1 the mean is 0). Score =
 * mean. Source: the log-probability baseline of arXiv 2511.20621; perplexity tests generally. Needs no shared seed. A
 * cheat can meet it by lowering its temperature.
 * Cost: one pass over R[0..A+B-2].
 */
import { z } from "zod";
import { err, ok } from "../result.ts";
import type { StatisticScheme } from "./scheme.ts";

export const crossEntropyParameters = z.strictObject({
  scheme: z.literal("cross-entropy"),
  lessEntropy: z.boolean(),
  sides: z.enum(["upper", "both"]),
});

export function crossEntropy({ lessEntropy, sides }: z.infer<typeof crossEntropyParameters>): StatisticScheme {
  return {
    kind: "statistic",
    name: `cross-entropy${lessEntropy ? " less entropy" : ""} ${sides}`,
    label: lessEntropy ? "entropy-corrected" : "cross-entropy",
    shortLabel: lessEntropy ? "entropy-corrected" : "cross-entropy",
    family: "cross-entropy",
    sides,
    positionScores: ({ evidence: { logSumExps, claimedLogits, entropiesNats } }) => {
      const surprisals = Array.from(logSumExps, (logSumExp, i) => logSumExp - claimedLogits[i]!);
      if (!lessEntropy) return ok(surprisals);
      return entropiesNats === null
        ? err("scheme-evidence-missing", "no entropies: score the output in detail `distribution`")
        : ok(surprisals.map((surprisal, i) => surprisal - entropiesNats[i]!));
    },
  };
}
