/** Vectors of RASTiC's three variants: the corners of the ranges, the limit, what is false on its face, the verdict. */
import { rasticVariants } from "../../src/protocol/rastic/variants.ts";
import type { CaseDraft, FileDraft } from "./draft.ts";

const end = 2;
const randomness = `${"00".repeat(31)}01`;

function claim(inputCount: number, outputCount: number, { ended = true, limit = 16 } = {}) {
  const tokens = Array.from({ length: inputCount + outputCount }, (_, i) => 100 + i);
  if (ended && outputCount > 0) tokens[tokens.length - 1] = end;
  return {
    inputTokens: tokens.slice(0, inputCount),
    outputTokens: tokens.slice(inputCount),
    endTokens: [end],
    tokenLimit: limit,
  };
}

const shapes = {
  "ended at 5 of 16": claim(4, 5),
  "5 of 5, no end token": claim(4, 5, { ended: false, limit: 5 }),
  "end token as token 5 of 5": claim(4, 5, { limit: 5 }),
  "end token as token 5 of 6": claim(4, 5, { limit: 6 }),
  "cut off at 5 of 6": claim(4, 5, { ended: false, limit: 6 }),
  "6 of 5": claim(4, 6, { limit: 5 }),
  "one output token": claim(4, 1),
  "two output tokens": claim(4, 2),
  "three output tokens": claim(4, 3),
  "no output": claim(4, 0),
  "one input token": claim(1, 3),
  "goes on after its end token": { ...claim(4, 5), outputTokens: [104, end, 106, 107, end] },
};

const planCases: CaseDraft[] = rasticVariants.flatMap((variant) => [
  ...Object.entries(shapes).map(([name, of]) => ({
    name: `${variant}, k = 1: ${name}`,
    operation: { variant, checkBudget: 1, claim: of, randomness },
    expect: "accepted",
  })),
  ...[0, 3, 4, 5, 6, 7].map((checkBudget) => ({
    name: `${variant}, k = ${checkBudget}, limit reached`,
    operation: { variant, checkBudget, claim: shapes["5 of 5, no end token"], randomness },
    expect: "accepted",
  })),
]);

const refusedPlan = (name: string, expect: string, change: object): CaseDraft => ({
  name,
  operation: { variant: "blog", checkBudget: 1, claim: claim(4, 5), randomness, ...change },
  expect,
});
const refusedPlans: CaseDraft[] = [
  refusedPlan("a budget of -1", "rastic-check-budget", { checkBudget: -1 }),
  refusedPlan("a budget of 0.5", "rastic-check-budget", { checkBudget: 0.5 }),
  refusedPlan("31 bytes of randomness", "rastic-randomness", { randomness: "00".repeat(31) }),
  refusedPlan("33 bytes of randomness", "rastic-randomness", { randomness: "00".repeat(33) }),
  refusedPlan("no input token", "rastic-empty-input", { claim: claim(0, 5) }),
  refusedPlan("a limit of 0", "rastic-token-limit", { claim: claim(4, 0, { limit: 0 }) }),
  refusedPlan("a token of 2^32", "rastic-token", { claim: { ...claim(4, 1), outputTokens: [2 ** 32] } }),
  refusedPlan("a token of -1", "rastic-token", { claim: { ...claim(4, 1), inputTokens: [-1] } }),
];

const truth = Array.from({ length: 9 }, (_, i): [number, number] => [i, i === 8 ? end : 100 + i]);
const judged = (name: string, evidence: [number, number][], expect = "accepted", change: object = {}): CaseDraft => ({
  name,
  operation: { variant: "blog", checkBudget: 2, claim: claim(4, 5), randomness, evidence, ...change },
  expect,
});
const except = (index: number, token: number): [number, number][] =>
  truth.map(([i, said]): [number, number] => [i, i === index ? token : said]);

export const rasticFiles: readonly FileDraft[] = [
  {
    file: "rastic-plan",
    rule: "rastic-plan",
    about:
      "Which positions of R = input ++ output a verifier checks (whitepaper 2.5.2, blog, prototype). Tokens 100, 101, ... stand at their own index plus 100; token 2 ends a text.",
    cases: () => [...planCases, ...refusedPlans],
  },
  {
    file: "rastic-judge",
    rule: "rastic-judge",
    about: "The verdict from the reference model's tokens, given as [index in R, token] (whitepaper 2.5.2).",
    cases: () => [
      judged("every reference token equals the claimed one", truth),
      judged("the first output token does not follow from the input", except(4, 7)),
      judged("the reference model would not have ended there", except(8, 7)),
      judged("the last token is another end than the model's", except(8, 3)),
      judged(
        "evidence for the continuity check is missing",
        truth.filter(([i]) => i !== 4),
        "rastic-evidence-missing",
      ),
      judged("no evidence at all", [], "rastic-evidence-missing"),
      judged("a text that was cut off needs no evidence to be rejected", [], "accepted", {
        claim: claim(4, 5, { ended: false, limit: 6 }),
      }),
      judged("prototype: any last token passes at the limit", except(8, 7), "accepted", {
        variant: "prototype",
        claim: claim(4, 5, { limit: 5 }),
      }),
      judged("whitepaper: the same last token fails", except(8, 7), "accepted", {
        variant: "whitepaper",
        claim: claim(4, 5, { limit: 5 }),
      }),
    ],
  },
];
