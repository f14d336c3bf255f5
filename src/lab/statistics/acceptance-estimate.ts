import { clopperPearson } from "./clopper-pearson.ts";
import { type BootstrapChoices, clusteredBootstrap } from "./clustered-bootstrap.ts";
import { type Estimate, requireFinite, StatisticsError } from "./interval.ts";
import type { Draws } from "./median-ratio.ts";

/**
 * Mean acceptance over prompts: one array of probabilities for each prompt, every probability of equal weight.
 *
 * The interval is the bootstrap's, clustered by prompt. Where all probabilities are 0 (or all are 1) resampling sees no
 * variation and would claim certainty; then it is the exact interval for 0 events among as many trials as there are prompts,
 * which bounds the share of prompts with any acceptance, and so the mean.
 */
export function acceptanceEstimate(
  byPrompt: readonly (readonly number[])[],
  draws: Draws,
  choices: BootstrapChoices = {},
): Estimate {
  const all = byPrompt.flat();
  requireFinite("mean acceptance", all, 1);
  const outside = all.find((probability) => probability < 0 || probability > 1);
  if (outside !== undefined) throw new StatisticsError(`mean acceptance: expected 0 to 1, found ${outside}`);
  const prompts = byPrompt.filter(({ length }) => length > 0);
  for (const certain of [0, 1])
    if (all.every((probability) => probability === certain))
      return clopperPearson(certain * prompts.length, prompts.length, choices.confidence);

  const totals = prompts.map((values) => ({ sum: values.reduce((a, b) => a + b, 0), count: values.length }));
  return clusteredBootstrap(totals, pooledMean, draws, choices);
}

function pooledMean(groups: readonly { readonly sum: number; readonly count: number }[]): number {
  let [sum, count] = [0, 0];
  for (const group of groups) {
    sum += group.sum;
    count += group.count;
  }
  return sum / count;
}
