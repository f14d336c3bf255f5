/**
 * RASTiC that forgives near ties: a check passes when the claimed token is the reference token, or loses to it by at most tau
 * logits (its margin; for Gumbel sampling T x the difference of logit / T + noise).
 *
 * P(accept) in closed form: drawn-checks.ts, with this rule in place of equality. Inside the input, where the whitepaper's
 * variant may look, there is no margin and equality stays. Source: ours, after the observation that honest numerics move
 * logits by 1e-3 to 0.4 and flip only near ties. Assumes a sampling that has margins: greedy or Gumbel.
 * Cost: as RASTiC.
 */
import { z } from "zod";
import { rasticVariants } from "../rastic/variants.ts";
import { acceptanceOfDraws } from "./drawn-checks.ts";
import { marginsMissing, passesWithin } from "./margin.ts";
import type { DirectScheme } from "./scheme.ts";

export const tolerantRasticParameters = z.strictObject({
  scheme: z.literal("tolerant-rastic"),
  variant: z.enum(rasticVariants),
  checkBudget: z.int().min(0).describe("k, the number of integrity indices"),
  toleranceLogits: z.number().min(0).describe("tau, the largest margin that still passes"),
});

export function tolerantRastic({
  variant,
  checkBudget,
  toleranceLogits,
}: z.infer<typeof tolerantRasticParameters>): DirectScheme {
  return {
    kind: "direct",
    name: `tolerant-rastic ${variant} k=${checkBudget} tau=${toleranceLogits}`,
    label: `tolerant k=${checkBudget}`,
    shortLabel: `tolerant k=${checkBudget}`,
    family: "tolerant-rastic",
    variant,
    checkBudget,
    judge: (output) =>
      marginsMissing(output) ??
      acceptanceOfDraws(variant, checkBudget, output, (position) => passesWithin(output, position, toleranceLogits)),
  };
}
