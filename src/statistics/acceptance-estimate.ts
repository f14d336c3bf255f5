import { clopperPearson } from "./clopper-pearson.ts";
import { type BootstrapChoices, clusteredBootstrap } from "./clustered-bootstrap.ts";
import { requireConfidence } from "./counts.ts";
import { type Estimate, requireFinite, StatisticsError } from "./interval.ts";
import type { Draws } from "./median-ratio.ts";
import { quantileOfSorted } from "./quantile.ts";

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

/**
 * As `acceptanceEstimate`, of several probabilities of the same outputs (one for each scheme): all are means over the same
 * resamples, so that they are drawn once, and differences between schemes are not of the bootstrap's making.
 *
 * @param byPrompt for each prompt its outputs, for each output one probability a scheme
 */
export function acceptanceEstimates(
  byPrompt: readonly (readonly (readonly number[])[])[],
  draws: Draws,
  { confidence = 0.95, resamples = 2000 }: BootstrapChoices = {},
): Estimate[] {
  requireConfidence("mean acceptance", confidence);
  const prompts = byPrompt.filter(({ length }) => length > 0);
  const width = prompts[0]?.[0]?.length ?? 0;
  const all = prompts.flat();
  requireFinite("mean acceptance", all.flat(), 1);
  const bad = all.find((output) => output.length !== width || output.some((value) => value < 0 || value > 1));
  if (bad !== undefined)
    throw new StatisticsError(`mean acceptance: expected ${width} values from 0 to 1, found ${bad}`);
  if (prompts.length < 2)
    throw new StatisticsError(`mean acceptance: expected at least 2 prompts, found ${prompts.length}`);

  const sums = Float64Array.from(prompts.flatMap((outputs) => columnSums(outputs, width)));
  const means = Array.from({ length: width }, () => new Float64Array(resamples));
  const totals = new Float64Array(width);
  for (let resample = 0; resample < resamples; resample++) {
    totals.fill(0);
    let outputs = 0;
    for (let i = 0; i < prompts.length; i++) {
      const prompt = draws.below(prompts.length);
      outputs += prompts[prompt]!.length;
      for (let scheme = 0; scheme < width; scheme++) totals[scheme]! += sums[prompt * width + scheme]!;
    }
    for (let scheme = 0; scheme < width; scheme++) means[scheme]![resample] = totals[scheme]! / outputs;
  }
  const tail = (1 - confidence) / 2;
  return means.map((resampled, scheme) => {
    const values = all.map((output) => output[scheme]!);
    for (const certain of [0, 1])
      if (values.every((value) => value === certain))
        return clopperPearson(certain * prompts.length, prompts.length, confidence);
    resampled.sort();
    return {
      value: values.reduce((sum, value) => sum + value, 0) / values.length,
      low: quantileOfSorted(resampled, tail),
      high: quantileOfSorted(resampled, 1 - tail),
      confidence,
    };
  });
}

function columnSums(rows: readonly (readonly number[])[], width: number): number[] {
  return Array.from({ length: width }, (_, column) => rows.reduce((sum, row) => sum + row[column]!, 0));
}
