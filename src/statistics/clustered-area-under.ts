import type { BootstrapChoices } from "./clustered-bootstrap.ts";
import { requireConfidence } from "./counts.ts";
import { type Estimate, StatisticsError } from "./interval.ts";
import type { Draws } from "./median-ratio.ts";
import { quantileOfSorted } from "./quantile.ts";

/** Scores of the claims of one prompt; high is suspicious. */
export interface PromptScores {
  readonly honest: readonly number[];
  readonly cheated: readonly number[];
}

/**
 * Area under the ROC curve with its bootstrap interval, whole prompts drawn with replacement. The area is the share of pairs
 * (honest, cheated) in which the cheated claim scores higher, ties counting half; pairs are counted once for each two prompts, and
 * a resample only weighs them.
 *
 * Sources: J. A. Hanley and B. J. McNeil, Radiology 143 (1982) (the area as a share of pairs); the clustered bootstrap of this
 * folder.
 */
export function clusteredAreaUnder(
  prompts: readonly PromptScores[],
  draws: Draws,
  { confidence = 0.95, resamples = 1000 }: BootstrapChoices = {},
): Estimate {
  requireConfidence("area under the curve", confidence);
  const count = prompts.length;
  if (count < 2) throw new StatisticsError(`area under the curve: expected at least 2 prompts, found ${count}`);
  const scores = prompts.flatMap(({ honest, cheated }) => [...honest, ...cheated]);
  if (scores.some(Number.isNaN)) throw new StatisticsError("area under the curve: a score is not a number");
  const wins = Float64Array.from(
    prompts.flatMap(({ honest }) => prompts.map(({ cheated }) => pairsWon(honest, cheated))),
  );
  const weights = new Float64Array(count);
  const area = (): number => {
    let [honest, cheated, won] = [0, 0, 0];
    for (let i = 0; i < count; i++) {
      if (weights[i] === 0) continue;
      honest += weights[i]! * prompts[i]!.honest.length;
      cheated += weights[i]! * prompts[i]!.cheated.length;
      let row = 0;
      for (let j = 0; j < count; j++) row += weights[j]! * wins[i * count + j]!;
      won += weights[i]! * row;
    }
    return won / (honest * cheated);
  };

  weights.fill(1);
  const value = area();
  if (!Number.isFinite(value))
    throw new StatisticsError("area under the curve: expected honest and cheated scores, found none of one kind");
  const areas = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0);
    for (let i = 0; i < count; i++) weights[draws.below(count)]!++;
    areas[resample] = area();
  }
  // A resample may have drawn no honest or no cheated claim at all: it says nothing.
  const known = areas.filter(Number.isFinite).sort();
  const tail = (1 - confidence) / 2;
  return { value, low: quantileOfSorted(known, tail), high: quantileOfSorted(known, 1 - tail), confidence };
}

function pairsWon(honest: readonly number[], cheated: readonly number[]): number {
  let won = 0;
  for (const one of honest) for (const other of cheated) won += other > one ? 1 : other === one ? 0.5 : 0;
  return won;
}
