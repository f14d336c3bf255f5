import { err, ok, type Result } from "../result.ts";
import type { StatisticScheme } from "./scheme.ts";
import type { ScoredOutput } from "./scored-output.ts";

/** The mean of the position scores. Rejections: those of `positionScores`; scheme-empty-output. */
export function statisticScore(scheme: StatisticScheme, output: ScoredOutput): Result<number> {
  const scores = scheme.positionScores(output);
  if (!scores.ok) return scores;
  const { length } = scores.value;
  if (length === 0) return err("scheme-empty-output", `${scheme.name}: an empty output has no mean score`);
  return ok(scores.value.reduce((sum, score) => sum + score, 0) / length);
}

/** Tells prompts apart by their tokens. */
export function promptName(output: ScoredOutput): string {
  return output.identity.job.promptTokens.join(" ");
}
