/**
 * RASTiC as published: continuity, k integrity indices, truncation, each by exact agreement with the reference token.
 *
 * P(accept) in closed form: drawn-checks.ts. Sources: blog of 10 July 2023; whitepaper 2.5.2; prototype of 2023.
 * Assumes that an honest node and the verifier compute the same token everywhere.
 * Cost: one pass up to the furthest of k + 2 indices, which for an ended text is always the last (A + B - 1 tokens).
 */
import { z } from "zod";
import { rasticVariants } from "../rastic/variants.ts";
import { acceptanceOfDraws } from "./drawn-checks.ts";
import type { DirectScheme } from "./scheme.ts";
import { isConsistent } from "./scored-output.ts";

export const rasticParameters = z.strictObject({
  scheme: z.literal("rastic"),
  variant: z.enum(rasticVariants),
  checkBudget: z.int().min(0).describe("k, the number of integrity indices"),
});

export function rastic({ variant, checkBudget }: z.infer<typeof rasticParameters>): DirectScheme {
  return {
    kind: "direct",
    name: `rastic ${variant} k=${checkBudget}`,
    label: `${variant} k=${checkBudget}`,
    shortLabel: `${variant} k=${checkBudget}`,
    family: "rastic",
    variant,
    checkBudget,
    judge: (output) => acceptanceOfDraws(variant, checkBudget, output, (position) => isConsistent(output, position)),
  };
}
