import { InferenceError } from "../errors.ts";

/**
 * How a position's randomness picks its token; verification lives on this choice.
 *
 * `inverse-cdf`: llama.cpp's own sampler, a uniform draw against the cumulative probabilities of the tokens sorted by
 * probability; a small drift of the logits that reorders two tokens can move every boundary after them. `gumbel`: the
 * argmax of logit / T + noise(seed, position, token); a small drift matters only where two tokens nearly tie.
 */
export const samplingChoices = ["inverse-cdf", "gumbel"] as const;
export type SamplingChoice = (typeof samplingChoices)[number];

export interface Sampling {
  /** 0 is greedy: the argmax, whatever `choice` says. */
  readonly temperature: number;
  /** Only the k most likely tokens; 0 keeps all. Applied first, as llama.cpp does. */
  readonly topK: number;
  /** Then only the fewest tokens that hold this share of the probability (at temperature 1); 1 keeps all. */
  readonly topP: number;
  readonly choice: SamplingChoice;
}

export const greedy: Sampling = { temperature: 0, topK: 0, topP: 1, choice: "inverse-cdf" };

/** The 2023 prototype's settings: nearly greedy. Its sampler was not keyed by position; ours is. */
export const prototypeSampling: Sampling = { temperature: 0.2, topK: 40, topP: 0.1, choice: "inverse-cdf" };

/** Throws InferenceError `bad-sampling` for values outside their range, `bad-request` for a seed that is no whole number. */
export function checkSampling(sampling: Sampling, seed: number): void {
  const { temperature, topK, topP, choice } = sampling;
  // Nearer to 0, logit / T leaves the range of numbers; farther up, nothing of the model is left.
  if (!(temperature === 0 || (temperature >= 0.001 && temperature <= 1000)))
    throw new InferenceError(
      "bad-sampling",
      `temperature ${temperature}: expected 0 (greedy), or a number from 0.001 to 1000`,
    );
  if (!(Number.isSafeInteger(topK) && topK >= 0))
    throw new InferenceError(
      "bad-sampling",
      `top-k ${topK}: expected a whole number of at least 0 (0 keeps all tokens)`,
    );
  if (!(topP > 0 && topP <= 1))
    throw new InferenceError(
      "bad-sampling",
      `top-p ${topP}: expected a number above 0 and up to 1 (1 keeps all tokens)`,
    );
  if (!samplingChoices.includes(choice))
    throw new InferenceError("bad-sampling", `sampling choice '${choice}': expected ${samplingChoices.join(" or ")}`);
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new InferenceError("bad-request", `seed ${seed}: expected a whole number from 0 to 2^53 - 1`);
}
