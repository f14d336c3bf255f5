import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unwrap } from "../../../src/protocol/result.ts";
import { ruleSet } from "../../../src/protocol/revisions.ts";
import { concludeInquiry, type Inquiry, takeAnswer, takeOpening } from "../../../src/protocol/verification/inquiry.ts";
import { prefixOf, verificationRequest } from "../../../src/protocol/verification/request.ts";
import { answerCommitment, bareTokenHash } from "../../../src/protocol/verification/token-answer.ts";
import { anna, bert, claim, codeOf, jobId } from "../jobs/people.ts";

const carl = "a3".repeat(20);
const salt = "5b".repeat(32);
const asked: Inquiry = {
  jobId,
  sequenceIndex: 6,
  claimedToken: 106,
  verifiers: [anna, bert, carl],
  quorum: 2,
  answerBeforeMs: 1000,
  openBeforeMs: 2000,
  answers: [],
};
const [literal, repaired] = [ruleSet("2023.1"), ruleSet("2026.1")];

describe("what a verifier is asked", () => {
  test("2023.1 shows it the token it is to find; an echo agrees without any model", () => {
    const request = unwrap(verificationRequest(literal, jobId, 7, claim, 6));
    const echo = [...request.inputTokens, ...request.outputTokens][request.sequenceIndex]!;
    const answered = unwrap(takeAnswer({ ...asked, verifiers: [anna], quorum: 1 }, anna, bareTokenHash(echo), 0));
    expect(unwrap(concludeInquiry(answered, 0, literal)).verdict).toBe("agrees");
  });

  test("2026.1 shows it the prefix and nothing else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), (index) => {
        const request = unwrap(verificationRequest(repaired, jobId, 7, claim, index));
        expect(request.inputTokens.length + request.outputTokens.length).toBe(index);
        const disclosed = unwrap(verificationRequest(literal, jobId, 7, claim, index));
        expect(prefixOf(request)).toEqual(prefixOf(disclosed));
        expect(prefixOf(request)).toEqual([...claim.inputTokens, ...claim.outputTokens].slice(0, index));
      }),
    );
  });
});

test("a request for an index that is none says which there are", () => {
  const refused = verificationRequest(literal, jobId, 7, claim, 9);
  expect(refused.ok ? "" : refused.rejection.message).toBe("index 9 of a sequence of 9: expected 1 to 8");
});

describe("an answer", () => {
  test("of 2023.1 is SHA-256 of the token's four bytes, found again by hashing the vocabulary", () => {
    const hash = bareTokenHash(258);
    expect(hash).toBe(createHash("sha256").update(Buffer.from("02010000", "hex")).digest("hex"));
    expect(Array.from({ length: 1000 }, (_, token) => token).find((token) => bareTokenHash(token) === hash)).toBe(258);
  });

  test("of 2026.1 is bound to job, index, verifier and salt", () => {
    const bytes = `${jobId}06000000${anna}${salt}6a000000`;
    const expected = createHash("sha256")
      .update("CamelidCoin answer\0")
      .update(Buffer.from(bytes, "hex"))
      .digest("hex");
    expect(answerCommitment({ jobId, sequenceIndex: 6, verifier: anna, salt, token: 106 })).toBe(expected);
  });
});

describe("an inquiry", () => {
  const hashOf = (verifier: string, token: number) =>
    answerCommitment({ jobId, sequenceIndex: 6, verifier, salt, token });

  test("of 2026.1: all commit, all open, the majority's token is the reference", () => {
    let inquiry = asked;
    for (const [verifier, token] of [
      [anna, 7],
      [bert, 106],
      [carl, 7],
    ] as const)
      inquiry = unwrap(takeAnswer(inquiry, verifier, hashOf(verifier, token), 10));
    expect(codeOf(concludeInquiry(inquiry, 10, repaired))).toBe("inquiry-open");
    for (const [verifier, token] of [
      [anna, 7],
      [bert, 106],
      [carl, 7],
    ] as const)
      inquiry = unwrap(takeOpening(inquiry, { verifier, salt, token }, 20, repaired));
    expect(unwrap(concludeInquiry(inquiry, 20, repaired))).toEqual({
      verdict: "differs",
      referenceToken: 7,
      agreeing: 1,
      differing: 2,
      silent: 0,
    });
  });

  test("a verifier that copies another's commitment cannot open it", () => {
    const copied = hashOf(anna, 106);
    let inquiry = unwrap(takeAnswer(asked, anna, copied, 10));
    inquiry = unwrap(takeAnswer(inquiry, bert, copied, 10));
    const opened = takeOpening(inquiry, { verifier: bert, salt, token: 106 }, 1000, repaired);
    expect(codeOf(opened)).toBe("opening-mismatch");
  });

  test("counts every verifier once: agreeing, differing or silent", () => {
    const answers = fc.array(fc.option(fc.constantFrom(106, 7, 8), { nil: undefined }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(answers, fc.constantFrom(literal, repaired), (tokens, rules) => {
        const opened = rules === repaired;
        const given = tokens.flatMap((token, i) => {
          const verifier = asked.verifiers[i]!;
          if (token === undefined) return [];
          const hash = opened ? hashOf(verifier, token) : bareTokenHash(token);
          return [{ verifier, hash, token: opened ? token : null }];
        });
        const result = unwrap(concludeInquiry({ ...asked, answers: given }, 2000, rules));
        expect(result.agreeing).toBe(tokens.filter((token) => token === 106).length);
        expect(result.silent).toBe(tokens.filter((token) => token === undefined).length);
        expect(result.agreeing + result.differing + result.silent).toBe(3);
        if (result.verdict === "agrees") expect(result.referenceToken).toBe(106);
        if (result.referenceToken !== null)
          expect(tokens.filter((token) => token === result.referenceToken).length * 2).toBeGreaterThan(given.length);
      }),
    );
  });
});
