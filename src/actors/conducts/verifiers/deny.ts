import { disclosedToken, tokenBefore, type VerifierConduct } from "./conduct.ts";

/**
 * Evaluates nothing and says another token than the one under test: all of its kind the same one, so that they can be a majority. Where it
 * does not see the token, it says one that hardly follows.
 */
export const deny: VerifierConduct = {
  name: "deny",
  answer: ({ request, vocabularySize }) => ({
    token: ((disclosedToken(request) ?? tokenBefore(request)) + 1) % vocabularySize,
    readTokens: 0,
  }),
};
