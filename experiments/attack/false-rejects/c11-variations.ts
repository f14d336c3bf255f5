import { type ClaimVerdict, inPercent, numberOf } from "../../../src/lab/claims/verdict.ts";
import { inWords, percent } from "../../../src/lab/format.ts";
import type { VariationSummary } from "./variations.ts";

/**
 * C11: generation is deterministic given input and seed, across machines. Judged on honest nodes that differ from the verifier in
 * batch shape, attention kernel, cache, threads or CPU kernels. One output that differs refutes it; no difference at all
 * bounds it, and confirms nothing about machines that were not tried.
 */
export function claimC11Variations(summary: readonly VariationSummary[], sampling: string): ClaimVerdict {
  const own = summary.filter((each) => each.sampling === sampling);
  const base = { claim: "C11", subject: sampling } as const;
  const [first] = own;
  if (first === undefined) return { ...base, verdict: "not decided", sentence: "This run has no honest outputs." };
  const worst = own.reduce((most, each) => (each.differingShare > most.differingShare ? each : most));
  const exact = own.filter(({ flips }) => flips === 0);
  const agreeing =
    exact.length === 0
      ? ""
      : ` No difference at all: ${exact.map(({ strategy, promptsBound, positionsBound }) => `${strategy} (under ${percent(promptsBound!)} of prompts, ${positionsBound!.toExponential(1)} of positions, at 95 %)`).join(", ")}.`;
  const share = { value: worst.differingShare, low: worst.differingLow, high: worst.differingHigh };
  const { value, low, high } = inPercent(share);
  return {
    ...base,
    verdict: worst.differing > 0 ? "fails" : "not decided",
    sentence:
      (worst.differing === 0
        ? `None of ${own.length} honest variations ever differed from the verifier.`
        : `${worst.strategy}: ${worst.differing} of ${worst.outputs} honest outputs, ${inWords(value)} % [${inWords(low)} to ${inWords(high)}], hold a token ` +
          `that the verifier would not have picked; the widest margin is ${worst.largestMargin === null ? "not defined under this sampling" : `${inWords(worst.largestMargin)} logits`}.`) +
      agreeing,
    number: numberOf(`honest outputs that differ, ${worst.strategy} (%)`, inPercent(share)),
    obtained: "measured",
  };
}
