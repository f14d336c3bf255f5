import { disclosedToken, tokenBefore, type VerifierConduct } from "./conduct.ts";

/** Evaluates nothing and repeats the token under test where it can see it, else the last token that it was sent. */
export const echo: VerifierConduct = {
  name: "echo",
  answer: ({ request }) => ({ token: disclosedToken(request) ?? tokenBefore(request), readTokens: 0 }),
};
