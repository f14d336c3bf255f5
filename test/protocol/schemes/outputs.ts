import type { Result } from "../../../src/protocol/result.ts";
import type { ScoredOutput } from "../../../src/protocol/schemes/scored-output.ts";

const end = 2;

export interface Position {
  /** Whether the claimed token is the reference model's; 0 or more logits behind it otherwise. */
  readonly consistent?: boolean;
  readonly margin?: number;
  readonly claimedLogit?: number;
  readonly topLogit?: number;
  readonly logSumExp?: number;
  readonly rank?: number;
  readonly entropyNats?: number;
}

export interface Choices {
  readonly inputCount?: number;
  /** Ends with the end token, one below the limit; else stops at the limit. */
  readonly ended?: boolean;
  /** Sequence indices inside the input where the model would have said something else. */
  readonly inputSurprises?: readonly number[];
  readonly prompt?: number;
}

/** Tokens name their own place: R[i] = 100 + i, the end token excepted. A model that disagrees says 900 + i. */
export function scoredClaim(positions: readonly Position[], choices: Choices = {}): ScoredOutput {
  const { inputCount = 3, ended = true, inputSurprises = [], prompt = 0 } = choices;
  const outputTokens = positions.map((_, i) => 100 + inputCount + i);
  if (ended) outputTokens[outputTokens.length - 1] = end;
  const promptTokens = Array.from({ length: inputCount }, (_, i) => 100 + i + 1000 * prompt);
  const { length } = positions;
  const column = (of: (position: Position) => number | undefined, otherwise: number) =>
    positions.map((position) => of(position) ?? otherwise);
  return {
    identity: { job: { promptTokens, tokenLimit: ended ? length + 1 : length } },
    outputTokens,
    endTokens: [end],
    evidence: {
      referenceTokens: positions.map(({ consistent = true }, i) =>
        consistent ? outputTokens[i]! : 900 + inputCount + i,
      ),
      claimedLogits: column(({ claimedLogit }) => claimedLogit, 5),
      topLogits: column(({ topLogit }) => topLogit, 5),
      logSumExps: column(({ logSumExp }) => logSumExp, 6),
      margins: positions.map(({ consistent = true, margin }) => margin ?? (consistent ? 0 : 4)),
      ranks: column(({ rank }) => rank, 1),
      entropiesNats: column(({ entropyNats }) => entropyNats, 1),
      inputReferenceTokens: promptTokens
        .slice(1)
        .map((token, i) => (inputSurprises.includes(i + 1) ? token + 800 : token)),
    },
  };
}

/** `count` positions, wrong at those listed. */
export function positions(count: number, wrong: readonly number[] = []): Position[] {
  return Array.from({ length: count }, (_, i) => ({ consistent: !wrong.includes(i) }));
}

export function rejectionOf(result: Result<unknown>): string {
  return result.ok ? "accepted" : result.rejection.code;
}
