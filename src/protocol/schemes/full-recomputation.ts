/**
 * Every output position against the reference token: accept when all agree, that is, when generating again would give the
 * same output (by induction over the positions).
 *
 * P(accept) = 1 if every position is consistent, else 0. Source: the alternative that the blog measures RASTiC
 * against; it is RASTiC with k = B. Assumes exact agreement of an honest node with the verifier.
 * Cost: one pass over R[0..A+B-2]; no generation is needed, because the output itself supplies the prefixes.
 */
import { z } from "zod";
import { ok } from "../result.ts";
import { judgeEveryPosition } from "./every-position.ts";
import type { DirectScheme } from "./scheme.ts";
import { isConsistentThroughout } from "./scored-output.ts";

export const fullRecomputationParameters = z.strictObject({ scheme: z.literal("full-recomputation") });

export function fullRecomputation(): DirectScheme {
  return {
    kind: "direct",
    name: "full-recomputation",
    label: "full recomputation",
    shortLabel: "full",
    family: "full-recomputation",
    judge: (output) => judgeEveryPosition(output, () => ok(isConsistentThroughout(output))),
  };
}
