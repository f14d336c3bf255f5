/**
 * The client's side of outsourced verification (whitepaper 2.5.3): one index, several verifiers, one result.
 *
 * 2023.1: each verifier answers with a bare token hash, which the client compares with the hash of the claimed token.
 * 2026.1: each verifier commits; when all have, or time is up, no further commitment counts and they are opened. An opening
 * after its window, or one that does not fit, counts as silence.
 *
 * A record is immutable; (inquiry, step) -> inquiry or a typed rejection. The result is the majority of valid answers: more
 * than half of them, and at least `quorum` answers.
 */
import { err, ok, type Result } from "../result.ts";
import type { RuleSet } from "../revisions.ts";
import { answerCommitment, bareTokenHash } from "./token-answer.ts";

export interface Inquiry {
  readonly jobId: string;
  readonly sequenceIndex: number;
  readonly claimedToken: number;
  readonly verifiers: readonly string[];
  readonly quorum: number;
  readonly answerBeforeMs: number;
  /** Only where answers are committed first. */
  readonly openBeforeMs: number;
  readonly answers: readonly Answer[];
}

export interface Answer {
  readonly verifier: string;
  /** Bare token hash (2023.1) or commitment (2026.1). */
  readonly hash: string;
  /** Null until opened; a bare hash is never opened. */
  readonly token: number | null;
}

export interface InquiryResult {
  readonly verdict: "agrees" | "differs" | "undecided";
  /** The majority's token, where answers say it. */
  readonly referenceToken: number | null;
  readonly agreeing: number;
  readonly differing: number;
  readonly silent: number;
}

export interface InquiryOpening {
  readonly verifier: string;
  readonly salt: string;
  readonly token: number;
}

/** Rejections: not-asked, answer-window-over, answer-known. */
export function takeAnswer(inquiry: Inquiry, verifier: string, hash: string, nowMs: number): Result<Inquiry> {
  if (!inquiry.verifiers.includes(verifier)) return err("not-asked", `${verifier} was not asked`);
  if (nowMs >= inquiry.answerBeforeMs)
    return err("answer-window-over", `answers counted before ${inquiry.answerBeforeMs}, it is ${nowMs}`);
  if (inquiry.answers.some((answer) => answer.verifier === verifier))
    return err("answer-known", `${verifier} has answered already`);
  return ok({ ...inquiry, answers: [...inquiry.answers, { verifier, hash, token: null }] });
}

/** Rejections: nothing-to-open (2023.1), no-answer, opened-already, answers-missing (others may still commit), open-window-over, opening-mismatch. */
export function takeOpening(
  inquiry: Inquiry,
  { verifier, salt, token }: InquiryOpening,
  nowMs: number,
  rules: RuleSet,
): Result<Inquiry> {
  const { jobId, sequenceIndex, answers, verifiers } = inquiry;
  if (rules.outsourcing === "claim-disclosed") return err("nothing-to-open", "bare hashes are not opened");
  const answer = answers.find((one) => one.verifier === verifier);
  if (answer === undefined) return err("no-answer", `${verifier} has not committed to an answer`);
  if (answer.token !== null) return err("opened-already", `${verifier} has opened its answer`);
  if (answers.length < verifiers.length && nowMs < inquiry.answerBeforeMs)
    return err("answers-missing", `${answers.length} of ${verifiers.length} answers are in, and time is not up`);
  if (nowMs >= inquiry.openBeforeMs)
    return err("open-window-over", `openings counted before ${inquiry.openBeforeMs}, it is ${nowMs}`);
  if (answerCommitment({ jobId, sequenceIndex, verifier, salt, token }) !== answer.hash)
    return err("opening-mismatch", `${verifier} committed to something else`);
  return ok({ ...inquiry, answers: answers.map((one) => (one === answer ? { ...answer, token } : one)) });
}

/** Rejection: inquiry-open, while answers or openings are missing and may still come. */
export function concludeInquiry(inquiry: Inquiry, nowMs: number, rules: RuleSet): Result<InquiryResult> {
  const opened = rules.outsourcing === "claim-withheld";
  const { answers, verifiers } = inquiry;
  const complete = answers.length === verifiers.length && (!opened || answers.every(({ token }) => token !== null));
  const endMs = opened ? inquiry.openBeforeMs : inquiry.answerBeforeMs;
  if (!complete && nowMs < endMs) return err("inquiry-open", `answers may come before ${endMs}, it is ${nowMs}`);

  const valid = opened ? answers.filter(({ token }) => token !== null) : answers;
  const claimed = bareTokenHash(inquiry.claimedToken);
  const agreeing = valid.filter(({ token, hash }) =>
    opened ? token === inquiry.claimedToken : hash === claimed,
  ).length;
  const differing = valid.length - agreeing;
  const referenceToken = agreeing * 2 > valid.length ? inquiry.claimedToken : opened ? majorityToken(valid) : null;
  const verdict =
    valid.length < inquiry.quorum || agreeing === differing ? "undecided" : agreeing > differing ? "agrees" : "differs";
  return ok({
    verdict,
    referenceToken: verdict === "undecided" ? null : referenceToken,
    agreeing,
    differing,
    silent: verifiers.length - valid.length,
  });
}

/** The token that more than half of the answers give, or null. */
function majorityToken(answers: readonly Answer[]): number | null {
  const votes = new Map<number, number>();
  for (const { token } of answers) if (token !== null) votes.set(token, (votes.get(token) ?? 0) + 1);
  for (const [token, count] of votes) if (count * 2 > answers.length) return token;
  return null;
}
