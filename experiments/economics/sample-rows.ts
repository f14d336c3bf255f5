import type { AttackRow } from "../attack/rows.ts";

/** An evaluated output under given schemes, everything else filled in. */
export function claimedRow(
  given: Pick<AttackRow, "prompt" | "strategy" | "kind" | "workMs" | "accept"> & Partial<AttackRow>,
): AttackRow {
  return {
    sampling: "greedy",
    split: "evaluation",
    repeat: 0,
    promptTokens: 10,
    outputTokens: 20,
    ended: false,
    falseOnItsFace: false,
    consistent: 20,
    sameAsHonest: 20,
    firstAltered: null,
    consistentAfter: null,
    prefillTokens: 10,
    decodeTokens: 19,
    workJoules: null,
    flipMargins: [],
    scores: {},
    ...given,
  };
}
