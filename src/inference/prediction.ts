/** What a row of logits must be for a next token to follow from it. */
import { InferenceError } from "./errors.ts";

/** In words, why a row of logits predicts nothing; null where it does. */
export function rowProblem(row: Float32Array): string | null {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < row.length; token++) {
    const logit = row[token]!;
    if (Number.isNaN(logit)) return `the logit of token ${token} is not a number`;
    if (logit === Number.POSITIVE_INFINITY) return `the logit of token ${token} is infinite`;
    if (logit < least) least = logit;
    if (logit > most) most = logit;
  }
  if (most === Number.NEGATIVE_INFINITY) return "every token's logit is minus infinity";
  if (least === most && row.length > 1) return `every token's logit is ${most}`;
  return null;
}

/**
 * The same from what is known of a row anyway, for every row that is read: the largest logit and, where it was summed up, ln of the sum of
 * exp(logit). A logit that is not a number makes that sum none, too. Throws InferenceError `no-prediction`.
 */
export function requirePrediction(modelPath: string, topLogit: number, logSumExp?: number): void {
  if (Number.isFinite(topLogit) && (logSumExp === undefined || Number.isFinite(logSumExp))) return;
  const found = Number.isFinite(topLogit) ? `a log-sum-exp of ${logSumExp}` : `a largest logit of ${topLogit}`;
  throw new InferenceError(
    "no-prediction",
    `${modelPath}: computed ${found}: no next token follows from that; the weights are damaged, or overflow in these numerics`,
  );
}
