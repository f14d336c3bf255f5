import { accept, type Outcome, refuse } from "../outcome.ts";
import type { Threshold } from "./calibrate.ts";
import { judgeEveryPosition } from "./every-position.ts";
import type { Acceptance, StatisticScheme } from "./scheme.ts";
import type { ScoredClaim } from "./scored-claim.ts";
import { promptName, statisticScore } from "./statistic-score.ts";

/**
 * Holds a claim against a threshold that other prompts have set.
 *
 * Refusals: threshold-of-another-scheme; threshold-saw-this-prompt, for a claim of a prompt that the threshold was
 * calibrated on; those of `checkClaim` and of the scheme.
 */
export function judgeStatistic(scheme: StatisticScheme, threshold: Threshold, claim: ScoredClaim): Outcome<Acceptance> {
  if (threshold.scheme !== scheme.name)
    return refuse("threshold-of-another-scheme", `threshold of ${threshold.scheme} held against ${scheme.name}`);
  if (threshold.calibrationPrompts.includes(promptName(claim)))
    return refuse("threshold-saw-this-prompt", `${scheme.name} was calibrated on this prompt: judge another`);
  return judgeEveryPosition(claim, () => {
    const score = statisticScore(scheme, claim);
    if (!score.ok) return score;
    return accept(score.value <= threshold.high && (threshold.low === null || score.value >= threshold.low));
  });
}
