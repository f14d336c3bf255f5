/**
 * A statistic's threshold from honest outputs, with a false-reject share that holds on outputs it has not seen.
 *
 * Split conformal prediction: among n honest scores and one more, all exchangeable, the new one exceeds the
 * ceil((n + 1)(1 - alpha))-th smallest with probability at most alpha, whatever the scores' distribution. Source:
 * H. Papadopoulos and others, Inductive confidence machines for regression (2002); V. Vovk and others, Algorithmic Learning
 * in a Random World (2005). The share holds on average over calibration sets; several outputs of one prompt count as
 * less than as many prompts.
 *
 * A threshold names the prompts it has seen, and `judgeStatistic` refuses to judge an output of one of them.
 */
import { err, ok, type Result } from "../result.ts";
import type { StatisticScheme } from "./scheme.ts";
import type { ScoredOutput } from "./scored-output.ts";
import { promptName, statisticScore } from "./statistic-score.ts";

/** Plain data, fit for a manifest. A score passes when low <= score <= high; `low` is null for a one-sided scheme. */
export interface Threshold {
  readonly scheme: string;
  readonly low: number | null;
  readonly high: number;
  readonly falseRejectShare: number;
  readonly honestClaims: number;
  readonly calibrationPrompts: readonly string[];
}

/**
 * Rejections: calibration-share, for a share outside (0, 1); calibration-too-small, when even the largest honest score cannot
 * promise the share; those of `statisticScore`.
 */
export function calibrate(
  scheme: StatisticScheme,
  honest: readonly ScoredOutput[],
  falseRejectShare: number,
): Result<Threshold> {
  const scored: PromptScore[] = [];
  for (const output of honest) {
    const score = statisticScore(scheme, output);
    if (!score.ok) return score;
    scored.push({ prompt: promptName(output), score: score.value });
  }
  return calibrateScores(scheme, scored, falseRejectShare);
}

/** An output's score, and a name that distinguishes its prompt from others. */
export interface PromptScore {
  readonly prompt: string;
  readonly score: number;
}

/** As `calibrate`, for honest outputs whose scores are known. */
export function calibrateScores(
  { name, sides }: Pick<StatisticScheme, "name" | "sides">,
  honest: readonly PromptScore[],
  falseRejectShare: number,
): Result<Threshold> {
  if (!(falseRejectShare > 0 && falseRejectShare < 1))
    return err("calibration-share", `false-reject share ${falseRejectShare}: expected a number between 0 and 1`);
  const tail = sides === "both" ? falseRejectShare / 2 : falseRejectShare;
  const needed = Math.ceil(1 / tail - roundingSlack) - 1;
  if (honest.length < needed)
    return err(
      "calibration-too-small",
      `${honest.length} honest outputs: a false-reject share of ${falseRejectShare} needs at least ${needed}`,
    );
  const scores = honest.map(({ score }) => score).sort((a, b) => a - b);
  const n = scores.length;
  const outside = Math.floor((n + 1) * tail + roundingSlack); // at least 1, as n >= needed
  return ok({
    scheme: name,
    low: sides === "both" ? scores[outside - 1]! : null,
    high: scores[n - outside]!,
    falseRejectShare,
    honestClaims: n,
    calibrationPrompts: [...new Set(honest.map(({ prompt }) => prompt))],
  });
}

/** (n + 1) x 0.01 is not always a whole number in binary when it is in decimal. */
const roundingSlack = 1e-9;
