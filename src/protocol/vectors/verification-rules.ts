/** Vectors of outsourced verification: what is asked, how answers are fixed to bytes, and how an inquiry ends. */
import { z } from "zod";
import type { Json } from "../json.ts";
import { ok } from "../result.ts";
import { ruleSet } from "../revisions.ts";
import { concludeInquiry, type Inquiry, takeAnswer, takeOpening } from "../verification/inquiry.ts";
import { prefixOf, verificationRequest } from "../verification/request.ts";
import { answerCommitment, bareTokenHash } from "../verification/token-answer.ts";
import { hex, token, whole } from "./forms.ts";
import { claimedOutputForm } from "./rastic-rules.ts";
import { vectorRule } from "./rule.ts";

const id = hex(32);
const person = hex(20);
const inquiry: z.ZodType<Inquiry> = z.strictObject({
  jobId: id,
  sequenceIndex: token,
  claimedToken: token,
  verifiers: z.array(person),
  quorum: whole,
  answerBeforeMs: whole,
  openBeforeMs: whole,
  answers: z.array(z.strictObject({ verifier: person, hash: id, token: token.nullable() })),
});
const step = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("answer"), nowMs: whole, verifier: person, hash: id }),
  z.strictObject({ type: z.literal("open"), nowMs: whole, verifier: person, salt: id, token }),
  z.strictObject({ type: z.literal("conclude"), nowMs: whole }),
]);

export const verificationRules = [
  vectorRule("token-hash", z.null(), z.strictObject({ token }), (_, __, { token }) =>
    ok({ hash: bareTokenHash(token) }),
  ),
  vectorRule(
    "answer-commitment",
    z.null(),
    z.strictObject({ jobId: id, sequenceIndex: token, verifier: person, salt: id, token }),
    (_, __, answer) => ok({ hash: answerCommitment(answer) }),
  ),
  vectorRule(
    "verification-request",
    z.null(),
    z.strictObject({ jobId: id, seed: token, claim: claimedOutputForm, sequenceIndex: z.number() }),
    ({ revision }, _, { jobId, seed, claim, sequenceIndex }) => {
      const request = verificationRequest(ruleSet(revision), jobId, seed, claim, sequenceIndex);
      return request.ok ? ok({ request: request.value as unknown as Json, prefix: prefixOf(request.value) }) : request;
    },
  ),
  vectorRule("inquiry", inquiry, step, ({ revision }, before, operation) => {
    const rules = ruleSet(revision);
    const { nowMs } = operation;
    const result =
      operation.type === "answer"
        ? takeAnswer(before, operation.verifier, operation.hash, nowMs)
        : operation.type === "open"
          ? takeOpening(before, operation, nowMs, rules)
          : concludeInquiry(before, nowMs, rules);
    return result.ok ? ok(result.value as unknown as Json) : result;
  }),
];
