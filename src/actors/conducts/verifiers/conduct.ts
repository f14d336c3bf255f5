import type { VerificationRequest } from "../../../protocol/verification/request.ts";

/** What a verifier has before it when it is asked for one token. */
export interface Asked {
  readonly request: VerificationRequest;
  /** Kind of compute node whose output is checked. */
  readonly nodeKind: string;
  readonly vocabularySize: number;
  /** What the node claims there; a verifier knows it only from the request or from the node itself. */
  readonly claimedToken: number;
  /** What the reference model says there, at the cost of reading all that stands before. */
  referenceToken(): number;
}

export interface TokenAndWork {
  readonly token: number;
  readonly readTokens: number;
}

/** Which token a verifier answers with. `colludesWith` is the kind of compute node that tells it what it claimed, if any. */
export interface VerifierConduct {
  readonly name: string;
  answer(asked: Asked, colludesWith: string | undefined): TokenAndWork;
}

/** The token under test as the request shows it; undefined where the request ends before it. */
export function disclosedToken({ inputTokens, outputTokens, sequenceIndex }: VerificationRequest): number | undefined {
  return sequenceIndex < inputTokens.length
    ? inputTokens[sequenceIndex]
    : outputTokens[sequenceIndex - inputTokens.length];
}

/** The last token before the one under test. */
export function tokenBefore({ inputTokens, outputTokens, sequenceIndex }: VerificationRequest): number {
  const before = sequenceIndex - 1;
  return before < inputTokens.length ? inputTokens[before]! : outputTokens[before - inputTokens.length]!;
}
