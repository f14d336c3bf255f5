import type { VerifierConduct } from "./conduct.ts";

/** Evaluates the model and says what it found. */
export const honest: VerifierConduct = {
  name: "honest",
  answer: (asked) => ({ token: asked.referenceToken(), readTokens: asked.request.sequenceIndex }),
};
