/** The exact acceptance probability against counting every case by hand. */
import { describe, expect, test } from "vitest";
import { meanProduct, outsourcedAcceptance, type VerifierPanel } from "../../../experiments/outsourced/acceptance.ts";
import { completeForFree, hashVocabulary } from "../../../experiments/outsourced/inversion.ts";
import { verifierBehaviors } from "../../../src/actors/behaviors/verifiers.ts";
import { ruleSet } from "../../../src/protocol/revisions.ts";
import { bareTokenHash } from "../../../src/protocol/verification/token-answer.ts";

const END = 9;
/** Seven output tokens, of which those at positions 2 and 5 are not the model's. */
const record = {
  promptTokens: [1, 2],
  outputTokens: [3, 4, 5, 6, 7, 8, END],
  referenceTokens: [3, 4, 1, 6, 7, 1, END],
  promptReferenceTokens: null,
  endTokens: [END],
  vocabularySize: 10,
  work: [],
};
const claim = { record, tokenLimit: 20, seed: 1 };
const panel = (change: Partial<VerifierPanel> = {}): VerifierPanel => ({
  identities: 5,
  sybils: 2,
  asked: 3,
  behavior: verifierBehaviors.collude,
  nodeKind: "worker",
  ...change,
});
const acceptance = (change: Partial<VerifierPanel>, revision: "2023.1" | "2026.1" = "2023.1", k = 1) =>
  outsourcedAcceptance(claim, panel(change), ruleSet(revision), "blog", k);

test("without Sybils it is the share of draws that miss what the model would not have said", () => {
  // Continuity and the end pass; one of seven positions is drawn, two of them fail.
  expect(acceptance({ sybils: 0 })).toBeCloseTo(5 / 7, 12);
  // Two different ones of seven: C(5, 2) / C(7, 2).
  expect(acceptance({ sybils: 0 }, "2023.1", 2)).toBeCloseTo(10 / 21, 12);
});

test("colluding Sybils confirm a false token when they are the majority of those asked", () => {
  // Both Sybils among three of five verifiers: C(2,2) C(3,1) / C(5,3) = 3 of 10.
  expect(acceptance({})).toBeCloseTo(5 / 7 + (2 / 7) * 0.3, 12);
  // Two verifiers asked: with one of each kind nothing is decided, and nothing is said against the claim.
  expect(acceptance({ asked: 2 })).toBeCloseTo(5 / 7 + (2 / 7) * (1 - 3 / 10), 12);
  expect(acceptance({ sybils: 5 })).toBeCloseTo(1, 12);
});

test("an echo confirms what it is shown in 2023.1, and in 2026.1 only repeats the token before", () => {
  const echo = { behavior: verifierBehaviors.echo };
  expect(acceptance(echo)).toBeCloseTo(5 / 7 + (2 / 7) * 0.3, 12);
  // In 2026.1 a check of a true token passes unless both Sybils are asked; of a false one it never passes.
  expect(acceptance(echo, "2026.1")).toBeCloseTo(0.7 * 0.7 * (5 / 7) * 0.7, 12);
});

test("a claim that is false on its face is accepted by nobody", () => {
  const cut = { ...claim, record: { ...record, outputTokens: [3, 4], referenceTokens: [3, 4] } };
  expect(outsourcedAcceptance(cut, panel(), ruleSet("2023.1"), "blog", 1)).toBe(0);
});

test("means of products over all sets of a size", () => {
  const values = [0.5, 0.2, 1, 0.9, 0];
  const sets = (size: number, from = 0): number[][] =>
    size === 0
      ? [[]]
      : values.slice(from).flatMap((_, i) => sets(size - 1, from + i + 1).map((rest) => [from + i, ...rest]));
  for (const size of [0, 1, 2, 3, 5]) {
    const all = sets(size).map((set) => set.reduce((product, i) => product * values[i]!, 1));
    expect(meanProduct(values, size)).toBeCloseTo(all.reduce((a, b) => a + b, 0) / all.length, 12);
  }
});

describe("free completions", () => {
  const honest = { ...record, referenceTokens: record.outputTokens };
  const table = hashVocabulary(record.vocabularySize);

  test("the table holds every token under its hash", () => {
    expect(table.size).toBe(10);
    expect(table.get(bareTokenHash(7))).toBe(7);
  });

  test("2023.1: every token is found by its hash", () => {
    const got = completeForFree(honest, 1, ruleSet("2023.1"), table);
    expect(got).toMatchObject({ tokens: 7, byInversion: 7, wanted: 7, messages: 14 });
    // The prompt's two tokens and what was obtained before, for each of seven.
    expect(got.verifierTokens).toBe(7 * 2 + 21);
  });

  test("2026.1: no hash can be inverted, and the opening gives the token away", () => {
    expect(completeForFree(honest, 1, ruleSet("2026.1"), table)).toMatchObject({
      tokens: 7,
      byInversion: 0,
      messages: 28,
    });
  });

  test("stops where the verifier leaves the transcript", () => {
    expect(completeForFree(record, 1, ruleSet("2023.1"), table)).toMatchObject({ tokens: 3, wanted: 7 });
  });

  test("a token outside the table stays unknown in 2023.1", () => {
    expect(completeForFree(honest, 1, ruleSet("2023.1"), hashVocabulary(4))).toMatchObject({ tokens: 1 });
  });
});
