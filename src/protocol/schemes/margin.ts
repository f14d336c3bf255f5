/** Margins as a tolerance: the claimed token may lose to the reference token by a little. */
import { err, type Rejection } from "../result.ts";
import { isConsistent, type ScoredOutput } from "./scored-output.ts";

/** Rejection: scheme-evidence-missing, for an output whose sampling has no margin (`inverse-cdf` with temperature). */
export function marginsMissing({
  evidence,
}: ScoredOutput): { readonly ok: false; readonly rejection: Rejection } | null {
  for (let i = 0; i < evidence.margins.length; i++)
    if (Number.isNaN(evidence.margins[i]))
      return err("scheme-evidence-missing", `output position ${i} has no margin: sampling must be greedy or Gumbel`);
  return null;
}

export function passesWithin(output: ScoredOutput, position: number, toleranceLogits: number): boolean {
  return isConsistent(output, position) || output.evidence.margins[position]! <= toleranceLogits;
}
