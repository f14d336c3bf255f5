/**
 * Teacher forcing: what the reference model says at each position of a claimed output, given the output's own prefix.
 * One pass over prompt + claim, whatever the number of positions.
 */
import { askAgain } from "./ask-again.ts";
import type { Feed, InferenceContext } from "./context.ts";
import { InferenceError } from "./errors.ts";
import {
  type Answer,
  greedyRule,
  type NextToken,
  nextTokenRule,
  type PositionLogits,
  type Question,
  sortedLogits,
} from "./next-token.ts";
import { checkSampling, type Sampling } from "./sampling/sampling.ts";
import { type CallTiming, timed } from "./timing.ts";

/**
 * How much to say about each position: the reference token only; also the raw logits and the margin; also the claimed
 * token's rank and the entropy, which need the whole vocabulary's logits (about 5 times the cost of a bare pass).
 */
export type ScoreDetail = "token" | "logits" | "distribution";

export interface ScoreRequest {
  readonly promptTokens: readonly number[];
  readonly outputTokens: readonly number[];
  readonly sampling: Sampling;
  readonly seed: number;
  /** Output positions, from 0; all of them unless given. Order and repeats do not matter. */
  readonly positions?: readonly number[];
  /** Also what the model says inside the input, where the whitepaper's RASTiC may look: the reference tokens alone. */
  readonly insideInput?: boolean;
  readonly detail: ScoreDetail;
}

export interface ScoredPosition {
  /** Output position, from 0. */
  readonly position: number;
  readonly claimedToken: number;
  /** F(claimed prefix): what an honest generator would have put here. */
  readonly referenceToken: number;
  /** Whether the two are the same: a consistent position. */
  readonly consistent: boolean;
  readonly logits: PositionLogits | null;
  readonly margin: number | null;
  /** ln of the claimed token's probability at temperature 1 over the whole vocabulary. */
  readonly logProbability: number | null;
  /** 1 for the model's favourite. */
  readonly rank: number | null;
  readonly entropyNats: number | null;
}

export interface Scoring {
  readonly positions: readonly ScoredPosition[];
  /** F(input[0..i-1]) for i = 1 .. A-1; null unless asked for. Randomness is keyed by the position -(A-i). */
  readonly inputReferenceTokens: readonly number[] | null;
  /** Tokens fed and time taken, everything together. */
  readonly timing: CallTiming;
  readonly passes: number;
}

/**
 * Scores one claimed output. A second pass is run when sampling is `inverse-cdf` and logits are asked for (llama.cpp's
 * sampler and its raw logits exclude each other); a `gumbel` answer left in doubt costs a step of two tokens more.
 *
 * Errors: `empty-prompt`, `unknown-token`, `context-exceeded`, `bad-sampling`, `bad-request`.
 */
export async function score(context: InferenceContext, request: ScoreRequest): Promise<Scoring> {
  const wanted = checkRequest(context, request);
  const { promptTokens, outputTokens, sampling, seed, detail, insideInput = false } = request;
  const rule = nextTokenRule(sampling, seed, context.vocabulary.size, { bare: detail === "token" });
  const inputRule = nextTokenRule(sampling, seed, context.vocabulary.size, { bare: true });
  const inside = insideInput
    ? Array.from({ length: promptTokens.length - 1 }, (_, i) => i + 1 - promptTokens.length)
    : [];
  const sampledByLlama = sampling.temperature > 0 && sampling.choice === "inverse-cdf";
  const timing = { tokens: 0, wallMs: 0 };
  let passes = 0;

  const pass = async (positions: readonly number[], ask: (position: number) => Question): Promise<Answer[]> => {
    const { value, wallMs } = await timed(() => teacherForce(context, request, positions, ask));
    timing.tokens += value.fedTokens;
    timing.wallMs += wallMs;
    passes++;
    return value.answers;
  };
  const claimed = (position: number): number => outputTokens[position]!;
  const full = detail === "distribution";
  const ask = (position: number, certain: boolean): Question =>
    position < 0 ? inputRule.ask(position, null, certain) : rule.ask(position, claimed(position), certain);
  const read = (position: number, answer: Answer): NextToken | null =>
    position < 0 ? inputRule.read(position, null, answer) : rule.read(position, claimed(position), answer);

  const asked = [...inside, ...wanted];
  const firstAnswers = await pass(asked, (i) => (full && !sampledByLlama && i >= 0 ? wholeVocabulary : ask(i, false)));
  const known = firstAnswers.map((answer, n) => read(asked[n]!, answer));

  const doubtful = asked.filter((_, n) => known[n] === null).map((position) => position + promptTokens.length);
  const again = await timed(() =>
    askAgain(context, 0, [...promptTokens, ...outputTokens], doubtful, (index) =>
      ask(index - promptTokens.length, true),
    ),
  );
  for (const [index, answer] of again.value.answers) {
    const position = index - promptTokens.length;
    known[asked.indexOf(position)] = read(position, answer);
  }
  timing.tokens += again.value.fedTokens;
  timing.wallMs += again.wallMs;
  const [answers, next] = [firstAnswers.slice(inside.length), known.slice(inside.length)];
  let raw = answers;
  if (sampledByLlama && detail !== "token")
    raw = await pass(wanted, (i) => (full ? wholeVocabulary : greedyRule.ask(i, claimed(i), true)));

  const positions = wanted.map((position, n) => {
    const { token, margin } = next[n]!;
    const logits =
      detail === "token" ? null : (next[n]!.logits ?? greedyRule.read(position, claimed(position), raw[n]!)!.logits);
    return {
      position,
      claimedToken: claimed(position),
      referenceToken: token,
      consistent: token === claimed(position),
      logits,
      margin: detail === "token" ? null : margin,
      logProbability: logits === null ? null : logits.claimedLogit - logits.logSumExp,
      ...(full ? distribution(raw[n]!, claimed(position)) : { rank: null, entropyNats: null }),
    };
  });
  const inputReferenceTokens = insideInput ? known.slice(0, inside.length).map((each) => each!.token) : null;
  return { positions, inputReferenceTokens, timing, passes };
}

const wholeVocabulary: Question = { token: true, totalLogitWeight: true, logits: true };

/** One pass over prompt + claim up to the last wanted position. */
async function teacherForce(
  context: InferenceContext,
  { promptTokens, outputTokens }: ScoreRequest,
  positions: readonly number[], // negative ones lie inside the input
  ask: (position: number) => Question,
): Promise<{ answers: Answer[]; fedTokens: number }> {
  const first = promptTokens.length - 1; // the answer for output position 0 is given after the prompt's last token
  const tokens = [...promptTokens, ...outputTokens.slice(0, positions.at(-1)!)];
  // One token alone would run the vector kernel of a generation step: feed a second one, whose answer nobody reads.
  if (tokens.length === 1) tokens.push(outputTokens[0]!);
  const feed: Feed[] = tokens.map((token) => ({ token }));
  for (const position of positions) feed[first + position] = { token: tokens[first + position]!, ask: ask(position) };
  await context.shorten(0, 0);
  const [answers] = await context.evaluate([{ slot: 0, feed }]);
  return { answers: positions.map((position) => answers![first + position]!), fedTokens: feed.length };
}

/** Rank (1 = favourite; equal logits share the better rank) and Shannon entropy of softmax(logits). */
function distribution(answer: Answer, claimedToken: number): { rank: number; entropyNats: number } {
  const sorted = sortedLogits(answer);
  const claimedLogit = sorted.find(({ token }) => token === claimedToken)!.logit;
  const highest = sorted[0]!.logit;
  let total = 0;
  let weighted = 0;
  for (const { logit } of sorted) {
    const weight = Math.exp(logit - highest);
    total += weight;
    weighted += weight * (logit - highest);
  }
  return {
    rank: 1 + sorted.filter(({ logit }) => logit > claimedLogit).length,
    entropyNats: Math.log(total) - weighted / total,
  };
}

function checkRequest(context: InferenceContext, request: ScoreRequest): number[] {
  const { promptTokens, outputTokens, sampling, seed } = request;
  if (promptTokens.length === 0) throw new InferenceError("empty-prompt", "the prompt has no token");
  context.vocabulary.check(promptTokens, "promptTokens");
  context.vocabulary.check(outputTokens, "outputTokens");
  checkSampling(sampling, seed);
  const all = Array.from(outputTokens, (_, i) => i);
  const wanted = [...new Set(request.positions ?? all)].sort((a, b) => a - b);
  const bad = wanted.find(
    (position) => !(Number.isInteger(position) && position >= 0 && position < outputTokens.length),
  );
  if (bad !== undefined)
    throw new InferenceError(
      "bad-request",
      `position ${bad}: the output has positions 0 to ${outputTokens.length - 1}`,
    );
  if (wanted.length === 0) throw new InferenceError("bad-request", "no position to score: the output is empty");
  return wanted;
}
