/**
 * The end, and nothing but the end: a text ends where the reference model ends it.
 *
 * Accept when, at every output position, the claimed and the reference token both end the text or both do not, or the
 * margin between them is at most tau logits. So an end token that the model would not have chosen fails, and so does going on
 * where the model would have ended. Source: RASTiC's truncation check (whitepaper 2.5.2), held against every position.
 * Blind on purpose to everything else: it prices truncation, steering and seed grinding apart from the other cheats.
 * Cost: one pass over R[0..A+B-2].
 */
import { z } from "zod";
import { ok } from "../result.ts";
import { judgeEveryPosition } from "./every-position.ts";
import { marginsMissing, passesWithin } from "./margin.ts";
import type { DirectScheme } from "./scheme.ts";
import type { ScoredOutput } from "./scored-output.ts";

export const endTokenParameters = z.strictObject({
  scheme: z.literal("end-token"),
  toleranceLogits: z.number().min(0).describe("tau, the largest margin that still passes"),
});

export function endToken({ toleranceLogits }: z.infer<typeof endTokenParameters>): DirectScheme {
  return {
    kind: "direct",
    name: `end-token tau=${toleranceLogits}`,
    label: toleranceLogits === 0 ? "end token" : `end token, τ ${toleranceLogits}`,
    shortLabel: toleranceLogits === 0 ? "end" : `end, τ ${toleranceLogits}`,
    family: "end-token",
    judge: (output) =>
      judgeEveryPosition(output, () =>
        toleranceLogits === 0
          ? ok(endsWhereTheModelDoes(output, 0))
          : (marginsMissing(output) ?? ok(endsWhereTheModelDoes(output, toleranceLogits))),
      ),
  };
}

function endsWhereTheModelDoes(output: ScoredOutput, toleranceLogits: number): boolean {
  const { outputTokens, evidence, endTokens } = output;
  for (let i = 0; i < outputTokens.length; i++) {
    const agree = endTokens.includes(outputTokens[i]!) === endTokens.includes(evidence.referenceTokens[i]!);
    if (!agree && !passesWithin(output, i, toleranceLogits)) return false;
  }
  return true;
}
