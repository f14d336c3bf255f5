/** What verifiers can be like. To add one: an object like its neighbours, and its place in the list at the end. */
import type { VerificationRequest } from "../../protocol/verification/request.ts";

/** What a verifier has before it when it is asked for one token. */
export interface TokenQuestion {
  readonly request: VerificationRequest;
  /** Kind of compute node whose output is checked. */
  readonly nodeKind: string;
  readonly vocabularySize: number;
  /** What the node claims there; a verifier knows it only from the request or from the node itself. */
  readonly claimedToken: number;
  /** The reference model's token there, at the cost of reading all that stands before. */
  referenceToken(): number;
}

export interface TokenAndWork {
  readonly token: number;
  readonly readTokens: number;
}

/** Which token a verifier answers with. `colludesWith` is the kind of compute node that discloses its outputs to it, if any. */
export interface VerifierBehavior {
  readonly name: string;
  answer(asked: TokenQuestion, colludesWith: string | undefined): TokenAndWork;
}

/** Evaluates the model and answers with its token. */
const honest: VerifierBehavior = {
  name: "honest",
  answer: (asked) => ({ token: asked.referenceToken(), readTokens: asked.request.sequenceIndex }),
};

/** Evaluates nothing and repeats the token under test where it can see it, else the last token that it was sent. */
const echo: VerifierBehavior = {
  name: "echo",
  answer: ({ request }) => ({ token: disclosedToken(request) ?? tokenBefore(request), readTokens: 0 }),
};

/** Confirms whatever its own compute nodes claim, which they disclose to it; is honest about everybody else's work. */
const collude: VerifierBehavior = {
  name: "collude",
  answer: (asked, colludesWith) =>
    asked.nodeKind === colludesWith ? { token: asked.claimedToken, readTokens: 0 } : honest.answer(asked, undefined),
};

/**
 * Evaluates nothing and answers with another token than the one under test: all of its kind with the same one, so that they can be a
 * majority. Where it does not see the token, it takes one that hardly follows.
 */
const deny: VerifierBehavior = {
  name: "deny",
  answer: ({ request, vocabularySize }) => ({
    token: ((disclosedToken(request) ?? tokenBefore(request)) + 1) % vocabularySize,
    readTokens: 0,
  }),
};

export const verifierBehaviors = { honest, echo, collude, deny } as const satisfies Readonly<
  Record<string, VerifierBehavior>
>;

/** The token under test as the request shows it; undefined where the request ends before it. */
function disclosedToken({ inputTokens, outputTokens, sequenceIndex }: VerificationRequest): number | undefined {
  return sequenceIndex < inputTokens.length
    ? inputTokens[sequenceIndex]
    : outputTokens[sequenceIndex - inputTokens.length];
}

/** The last token before the one under test. */
function tokenBefore({ inputTokens, outputTokens, sequenceIndex }: VerificationRequest): number {
  const before = sequenceIndex - 1;
  return before < inputTokens.length ? inputTokens[before]! : outputTokens[before - inputTokens.length]!;
}
