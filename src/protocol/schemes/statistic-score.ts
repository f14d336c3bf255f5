import { accept, type Outcome, refuse } from "../outcome.ts";
import type { StatisticScheme } from "./scheme.ts";
import type { ScoredClaim } from "./scored-claim.ts";

/** The mean of the position scores. Refusals: those of `positionScores`; scheme-empty-output. */
export function statisticScore(scheme: StatisticScheme, claim: ScoredClaim): Outcome<number> {
  const scores = scheme.positionScores(claim);
  if (!scores.ok) return scores;
  const { length } = scores.value;
  if (length === 0) return refuse("scheme-empty-output", `${scheme.name}: an empty output has no mean score`);
  return accept(scores.value.reduce((sum, score) => sum + score, 0) / length);
}

/** Tells prompts apart by their tokens. */
export function promptName(claim: ScoredClaim): string {
  return claim.identity.job.promptTokens.join(" ");
}
