import { err, ok, type Result } from "../result.ts";
import type { PromptScore, Threshold } from "./calibrate.ts";
import { judgeEveryPosition } from "./every-position.ts";
import type { Acceptance, StatisticScheme } from "./scheme.ts";
import type { ScoredOutput } from "./scored-output.ts";
import { promptName, statisticScore } from "./statistic-score.ts";

/**
 * Holds an output against a threshold that other prompts have set.
 *
 * Rejections: threshold-of-another-scheme; threshold-saw-this-prompt, for an output of a prompt that the threshold was
 * calibrated on; those of `checkClaimedOutput` and of the scheme.
 */
export function judgeStatistic(
  scheme: StatisticScheme,
  threshold: Threshold,
  output: ScoredOutput,
): Result<Acceptance> {
  const prompt = promptName(output);
  const unfit = unfitThreshold(threshold, scheme.name, prompt);
  if (unfit !== null) return unfit;
  return judgeEveryPosition(output, () => {
    const score = statisticScore(scheme, output);
    return score.ok ? judgeScore(threshold, scheme.name, { prompt, score: score.value }) : score;
  });
}

/** Whether a score of a scheme passes. Rejections: threshold-of-another-scheme, threshold-saw-this-prompt. */
export function judgeScore(threshold: Threshold, scheme: string, { prompt, score }: PromptScore): Result<boolean> {
  const { low, high } = threshold;
  return unfitThreshold(threshold, scheme, prompt) ?? ok(score <= high && (low === null || score >= low));
}

function unfitThreshold(threshold: Threshold, scheme: string, prompt: string) {
  if (threshold.scheme !== scheme)
    return err("threshold-of-another-scheme", `threshold of ${threshold.scheme} held against ${scheme}`);
  if (threshold.calibrationPrompts.includes(prompt))
    return err("threshold-saw-this-prompt", `${scheme} was calibrated on this prompt: judge another`);
  return null;
}
