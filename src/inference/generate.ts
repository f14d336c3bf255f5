/** Autoregressive generation, many requests in lock step, with randomness keyed by (seed, output position). */
import type { InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import { type LockStepOptions, runInLockStep, type TokenSource } from "./lock-step.ts";
import { type NextToken, type NextTokenRule, nextTokenRule, type PositionLogits } from "./next-token.ts";
import { checkSampling, type Sampling } from "./sampling/sampling.ts";
import type { CallTiming } from "./timing.ts";

export interface GenerateRequest {
  readonly promptTokens: readonly number[];
  /** Most tokens to produce, the end token included. */
  readonly tokenLimit: number;
  readonly sampling: Sampling;
  readonly seed: number;
  /** Go on after an end token, so that a timing covers exactly `tokenLimit` tokens. F itself is unchanged. */
  readonly ignoreEndToken?: boolean;
  /** Only the tokens are wanted: spares the passes over the vocabulary that `Completion.logits` costs. */
  readonly bare?: boolean;
}

export interface Completion {
  readonly outputTokens: readonly number[];
  readonly stop: "end-token" | "limit";
  /** What the generator saw at each position; null under `inverse-cdf` sampling, and where only tokens were wanted. */
  readonly logits: readonly (PositionLogits | null)[];
  readonly prefill: CallTiming;
  /** From the first step to this request's last, including the time its neighbours in lock step took. */
  readonly decode: CallTiming;
}

/**
 * Completes all requests, as many at a time as the context has sequences; a request that ends makes room for the next.
 *
 * Errors: `empty-prompt`, `unknown-token`, `context-exceeded`, `no-end-token`, `bad-sampling`, `bad-request`, each
 * before anything is computed; AbortError between steps.
 */
export async function generate(
  context: InferenceContext,
  requests: readonly GenerateRequest[],
  options: LockStepOptions = {},
): Promise<Completion[]> {
  for (const [index, request] of requests.entries()) {
    checkContextSize(context, request, index);
    if (context.vocabulary.endTokens.length === 0 && !request.ignoreEndToken)
      throw new InferenceError(
        "no-end-token",
        `${context.vocabulary.modelPath} names no end token, so a text never ends by itself; ask to ignore the end token`,
      );
  }
  const results = await runInLockStep(
    context,
    requests.map((request) => ({
      promptTokens: request.promptTokens,
      source: plainSource(nextTokenRule(request.sampling, request.seed, { bare: isBare(request) })),
      isFinished: (outputTokens: readonly number[]) => stopReason(context, request, outputTokens) !== null,
    })),
    options,
  );
  return results.map(({ outputTokens, steps, prefill, decode }, i) => ({
    outputTokens,
    stop: stopReason(context, requests[i]!, outputTokens)!,
    logits: steps.map(({ logits }) => logits),
    prefill,
    decode,
  }));
}

/** `inverse-cdf` has no margins, and its completions hold no logits. */
function isBare({ bare = false, sampling }: GenerateRequest): boolean {
  return bare || (sampling.temperature > 0 && sampling.choice === "inverse-cdf");
}

/** The sampling's own choice. */
export function plainSource(rule: NextTokenRule): TokenSource<NextToken> {
  return { read: (position, row) => rule.read(position, null, row) };
}

function stopReason(
  context: InferenceContext,
  { ignoreEndToken, tokenLimit }: GenerateRequest,
  outputTokens: readonly number[],
): Completion["stop"] | null {
  const last = outputTokens.at(-1);
  if (!ignoreEndToken && last !== undefined && context.vocabulary.isEndToken(last)) return "end-token";
  return outputTokens.length >= tokenLimit ? "limit" : null;
}

/** What both kinds of generation refuse: see `generate`. */
export function checkContextSize(
  context: InferenceContext,
  request: Pick<GenerateRequest, "promptTokens" | "tokenLimit" | "sampling" | "seed">,
  index: number,
): void {
  const { promptTokens, tokenLimit, sampling, seed } = request;
  const { vocabulary, contextTokens } = context;
  if (promptTokens.length === 0) throw new InferenceError("empty-prompt", `request ${index}: the prompt has no token`);
  vocabulary.check(promptTokens, `request ${index}: promptTokens`);
  checkSampling(sampling, seed);
  if (!(Number.isSafeInteger(tokenLimit) && tokenLimit >= 1))
    throw new InferenceError("bad-request", `request ${index}: token limit ${tokenLimit}: expected at least 1`);
  const needed = promptTokens.length + tokenLimit - 1; // the last token is produced, not fed
  if (needed > contextTokens)
    throw new InferenceError(
      "context-exceeded",
      `request ${index}: a prompt of ${promptTokens.length} tokens and ${tokenLimit} to generate need ${needed} of context, ` +
        `which has ${contextTokens}; shorten the prompt or the limit, or open a longer context`,
    );
}
