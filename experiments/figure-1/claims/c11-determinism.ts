import { type ClaimVerdict, inPercent, numberOf } from "../../../src/lab/claims/verdict.ts";
import { inWords, percent } from "../../../src/lab/format.ts";
import { clopperPearson } from "../../../src/statistics/clopper-pearson.ts";
import type { Figure1Row } from "../rows.ts";

/**
 * C11: generation is deterministic given input and seed, across machines. Tested here on one machine, where it already can
 * fail: the generator decodes token by token, the verifier reads everything in one batch, and their rounding differs.
 *
 * One trial is one completion (a repeat) at its full length, every position compared; shorter lengths are its beginnings
 * and count no further.
 */
export function claimC11(rows: readonly Figure1Row[], model: string): ClaimVerdict {
  const scored = rows.filter((row) => row.model === model && row.form === "all-positions" && row.accepted !== null);
  const longest = Math.max(0, ...scored.map(({ outputTokens }) => outputTokens));
  const trials = scored.filter(({ outputTokens }) => outputTokens === longest);
  if (trials.length === 0) {
    const sentence = "This run compared no completion at every position (form all-positions).";
    return { claim: "C11", subject: model, verdict: "not decided", sentence };
  }
  const differing = trials.filter(({ accepted }) => accepted === false).length;
  const { low, high } = clopperPearson(differing, trials.length);
  const share = `${differing} of ${trials.length} honest completions of ${longest} tokens`;
  const sentence =
    differing === 0
      ? `${share} have a position at which a verifier on this same machine disagrees; at 95 % confidence that is under ${percent(high)} of them. Other machines were not tried.`
      : `${share} have a position at which a verifier on this same machine disagrees, ${inWords((100 * differing) / trials.length)} % [${inWords(100 * low)} to ${inWords(100 * high)}]: token-by-token generation and one-batch verification round differently.`;
  return {
    claim: "C11",
    subject: model,
    verdict: differing === 0 ? "not decided" : "fails",
    sentence,
    number: numberOf(
      `honest completions of ${longest} tokens that a verifier computes otherwise (%)`,
      inPercent({ value: differing / trials.length, low, high }),
    ),
    obtained: "measured",
  };
}
