/** Model work that a party did: integer tokens by model, so that any hardware profile can turn it into time and joules. */
import type { ModelWork } from "../inference/transcript.ts";

/** Sorted by model root, one entry per model, no entry without work. */
export type ComputeUsage = readonly ModelWork[];

export const noUsage: ComputeUsage = [];

export function prefill(modelRoot: string, tokens: number): ComputeUsage {
  return addUsage([{ modelRoot, prefillTokens: tokens, decodeTokens: 0 }]);
}

export function decode(modelRoot: string, tokens: number): ComputeUsage {
  return addUsage([{ modelRoot, prefillTokens: 0, decodeTokens: tokens }]);
}

/**
 * Generation of `outputTokens` tokens after `promptTokens`: the first token comes from the prompt's prefill, and each
 * further one costs a step in which its predecessor is fed.
 */
export function generation(modelRoot: string, promptTokens: number, outputTokens: number): ComputeUsage {
  return addUsage(prefill(modelRoot, promptTokens), decode(modelRoot, Math.max(0, outputTokens - 1)));
}

export function addUsage(...usages: readonly ComputeUsage[]): ComputeUsage {
  const sums = new Map<string, { prefillTokens: number; decodeTokens: number }>();
  for (const { modelRoot, prefillTokens, decodeTokens } of usages.flat()) {
    for (const tokens of [prefillTokens, decodeTokens])
      if (!(Number.isSafeInteger(tokens) && tokens >= 0))
        throw new RangeError(
          `compute usage of model ${modelRoot}: ${tokens} tokens: expected a whole number of at least 0`,
        );
    const sum = sums.get(modelRoot) ?? { prefillTokens: 0, decodeTokens: 0 };
    sums.set(modelRoot, {
      prefillTokens: sum.prefillTokens + prefillTokens,
      decodeTokens: sum.decodeTokens + decodeTokens,
    });
  }
  return [...sums]
    .filter(([, { prefillTokens, decodeTokens }]) => prefillTokens + decodeTokens > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([modelRoot, sum]) => ({ modelRoot, ...sum }));
}
