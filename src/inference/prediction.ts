/** What a row of logits must be for a next token to follow from it. */
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
