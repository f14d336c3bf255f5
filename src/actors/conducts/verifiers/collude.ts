import type { VerifierConduct } from "./conduct.ts";
import { honest } from "./honest.ts";

/** Confirms whatever its own compute nodes claim, which they tell it; is honest about everybody else's work. */
export const collude: VerifierConduct = {
  name: "collude",
  answer: (asked, colludesWith) =>
    asked.nodeKind === colludesWith ? { token: asked.claimedToken, readTokens: 0 } : honest.answer(asked, undefined),
};
