import { describe, expect, test } from "vitest";
import type { ClaimedOutput } from "../../../src/protocol/rastic/claimed-output.ts";
import { judgeRastic } from "../../../src/protocol/rastic/judge.ts";
import { planRastic, type RasticPlan } from "../../../src/protocol/rastic/plan.ts";
import { rasticVariants } from "../../../src/protocol/rastic/variants.ts";

const honest: ClaimedOutput = {
  inputTokens: [10, 11, 12],
  outputTokens: [13, 14, 15, 2],
  endTokens: [2],
  tokenLimit: 9,
};
/** A model that continues the honest text, and had it written the input, would have written that too. */
const referenceTokens = new Map([...honest.inputTokens, ...honest.outputTokens].map((token, i) => [i, token]));

function plan(output: ClaimedOutput, variant = rasticVariants[1]!, k = 1): RasticPlan {
  const planned = planRastic(variant, k, output, new Uint8Array(32).fill(9));
  if (!planned.ok) throw new Error(planned.rejection.message);
  return planned.value;
}

describe("judging a claim", () => {
  test.each(rasticVariants)("%s accepts what the reference model says at every position", (variant) => {
    const judged = judgeRastic(plan(honest, variant, 3), referenceTokens);
    expect(judged.ok && judged.value.verdict).toBe("accepted");
    expect(judged.ok && judged.value.results.every(({ passed }) => passed)).toBe(true);
  });

  test("rejects, and says which check failed and what the model says there", () => {
    const judged = judgeRastic(
      plan({ ...honest, outputTokens: [13, 14, 15, 16, 2] }),
      new Map([...referenceTokens, [6, 2], [7, 7]]),
    );
    expect(judged.ok && judged.value.verdict).toBe("rejected");
    expect(judged.ok && judged.value.results.at(-1)).toEqual({
      kind: "truncation",
      sequenceIndex: 7,
      claimedToken: 2,
      referenceToken: 7,
      passed: false,
    });
    expect(judged.ok && judged.value.results[0]!.passed).toBe(true);
  });

  test("a first token that does not follow from the input fails continuity alone", () => {
    const judged = judgeRastic(plan({ ...honest, outputTokens: [99, 14, 15, 2] }, "prototype"), referenceTokens);
    const failed = judged.ok ? judged.value.results.filter(({ passed }) => !passed) : [];
    expect(failed.map(({ kind }) => kind)).toEqual(["continuity"]);
  });

  test("token 0 is evidence like any other", () => {
    const judged = judgeRastic(
      plan({ inputTokens: [5], outputTokens: [0], endTokens: [0], tokenLimit: 2 }),
      new Map([[1, 0]]),
    );
    expect(judged.ok && judged.value.verdict).toBe("accepted");
  });

  test("refuses to judge while evidence is missing, even if another check has failed", () => {
    const judged = judgeRastic(plan(honest, "prototype"), new Map([[3, 99]]));
    expect(judged.ok ? "" : judged.rejection.code).toBe("rastic-evidence-missing");
    const nothing = judgeRastic(plan(honest), new Map());
    expect(nothing.ok ? "" : nothing.rejection.message).toBe(
      "the continuity check needs the reference token at sequence index 3",
    );
  });

  test("rejects a text that was cut off, without any evidence", () => {
    const judged = judgeRastic(plan({ ...honest, outputTokens: [13, 14] }), new Map());
    expect(judged.ok && judged.value.verdict).toBe("rejected");
    expect(judged.ok && judged.value.violations.map(({ code }) => code)).toEqual(["output-not-ended"]);
  });
});
