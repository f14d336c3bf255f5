/**
 * Step 6 through neighbours (whitepaper 2.5.3): every planned position goes to some verifiers, the majority's answer counts. The rules of
 * one inquiry are src/protocol/verification's; here they get their messages and times.
 */

import type { RasticPlan } from "../protocol/rastic/plan.ts";
import { unwrap } from "../protocol/result.ts";
import {
  concludeInquiry,
  type Inquiry,
  type InquiryResult,
  takeAnswer,
  takeOpening,
} from "../protocol/verification/inquiry.ts";
import { verificationRequest } from "../protocol/verification/request.ts";
import { bareTokenHash } from "../protocol/verification/token-answer.ts";
import type { NodeId } from "../sim/network/message.ts";
import type { Script } from "../sim/process.ts";
import type { Stream } from "../sim/streams.ts";
import type { Assignment, JobRun } from "./job-run.ts";
import { messagePayloadBytes } from "./message-sizes.ts";
import type { Party } from "./party.ts";
import type { SimContext, VerifierAnswer } from "./sim-context.ts";
import { claimedOutput } from "./verification.ts";

/** How long answers count; openings count for as long again. */
const ANSWER_WINDOW_MS = 60_000;

export interface CheckedPosition {
  readonly sequenceIndex: number;
  readonly claimedToken: number;
  readonly verdict: InquiryResult["verdict"];
  /** Null where the majority's token is not known. */
  readonly referenceToken: number | null;
}

/** Counts a message between the client and a verifier. */
export type Count = (from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number) => void;

interface Pending {
  inquiry: Inquiry;
  readonly answers: readonly { readonly at: number; readonly answer: VerifierAnswer }[];
}

export function* verifyOutsourced(
  world: SimContext,
  client: Party,
  draw: Stream,
  run: JobRun,
  assignment: Assignment,
  plan: RasticPlan,
  count: Count,
): Script<CheckedPosition[]> {
  const { kernel, ledger, messages } = world;
  const { rules } = ledger.protocol;
  const verifiersAsked = Math.min(world.settings.verifiersAsked, world.verifiers.length);
  const askedAtMs = ledger.nowMs;
  const pending = plan.checks.map(({ sequenceIndex, claimedToken }): Pending => {
    const verifiers = draw.shuffle([...world.verifiers]).slice(0, verifiersAsked);
    const inquiry = {
      jobId: run.id,
      sequenceIndex,
      claimedToken,
      verifiers: verifiers.map(({ party }) => party.wallet.keyHash),
      quorum: 1 + Math.floor(verifiers.length / 2),
      answerBeforeMs: askedAtMs + ANSWER_WINDOW_MS,
      openBeforeMs: askedAtMs + 2 * ANSWER_WINDOW_MS,
      answers: [],
    };
    const request = unwrap(
      verificationRequest(rules, run.id, run.job.seed, claimedOutput(run, assignment.record!), sequenceIndex),
    );
    const bytes = messagePayloadBytes.verifyRequest(request.inputTokens.length, request.outputTokens.length);
    const answers = verifiers.flatMap((verifier) => {
      const { id } = verifier.party;
      count(client.id, id, bytes, kernel.nowUs);
      const thereUs = messages.directArrivesUs(client.id, id, bytes, kernel.nowUs);
      // It is cut off for good.
      if (thereUs === Infinity) return [];
      const answer = verifier.answer(request, run, assignment, thereUs);
      const { readyAtUs } = answer;
      count(id, client.id, messagePayloadBytes.verifyAnswer, readyAtUs);
      return { at: messages.directArrivesUs(id, client.id, messagePayloadBytes.verifyAnswer, readyAtUs), answer };
    });
    return { inquiry, answers };
  });

  const answers = pending.flatMap((one) => one.answers.map(({ at, answer }) => ({ at, answer, one })));
  const windowEndsUs = kernel.nowUs + 1000 * ANSWER_WINDOW_MS;
  const arrivals = answers.filter(({ at }) => at <= windowEndsUs).sort((a, b) => a.at - b.at);
  for (const { at, answer, one } of arrivals) {
    if (at > kernel.nowUs) yield at - kernel.nowUs;
    const taken = takeAnswer(one.inquiry, answer.verifier, answer.hash, ledger.nowMs);
    if (taken.ok) one.inquiry = taken.value;
  }
  if (arrivals.length < plan.checks.length * verifiersAsked) yield windowEndsUs - kernel.nowUs;
  if (rules.outsourcing === "claim-withheld") yield* openAnswers(world, client, arrivals, count);
  return pending.map(({ inquiry }): CheckedPosition => {
    // Each verifier has answered by now, or did not in time.
    const endMs = Math.max(ledger.nowMs, inquiry.openBeforeMs);
    const { verdict, referenceToken } = unwrap(concludeInquiry(inquiry, endMs, rules));
    const token =
      verdict === "differs" && referenceToken === null ? invert(world, inquiry, assignment) : referenceToken;
    const { sequenceIndex, claimedToken } = inquiry;
    return { sequenceIndex, claimedToken, verdict, referenceToken: token };
  });
}

/** When all have committed, each is asked to open; whose opening does not come in time has given none. */
function* openAnswers(
  world: SimContext,
  client: Party,
  arrivals: readonly { answer: VerifierAnswer; one: Pending }[],
  count: Count,
): Script {
  const { ledger, messages, kernel } = world;
  const openings = arrivals.map(({ answer, one }) => {
    const { partyId } = answer;
    const askedAtUs = kernel.nowUs;
    count(client.id, partyId, messagePayloadBytes.verifyAnswer, askedAtUs);
    const thereUs = messages.directArrivesUs(client.id, partyId, messagePayloadBytes.verifyAnswer, askedAtUs);
    if (thereUs === Infinity) return { at: Infinity, answer, one };
    count(partyId, client.id, messagePayloadBytes.verifyOpening, thereUs);
    return {
      at: messages.directArrivesUs(partyId, client.id, messagePayloadBytes.verifyOpening, thereUs),
      answer,
      one,
    };
  });
  const lastUs = Math.max(kernel.nowUs, ...openings.map(({ at }) => at));
  yield Math.min(lastUs - kernel.nowUs, 1000 * ANSWER_WINDOW_MS);
  for (const { at, answer, one } of openings) {
    if (at > kernel.nowUs) continue;
    const { verifier, salt, token } = answer;
    const opened = takeOpening(one.inquiry, { verifier, salt, token }, ledger.nowMs, ledger.protocol.rules);
    if (opened.ok) one.inquiry = opened.value;
  }
}

/** 2023.1: the majority's token is found by hashing the whole vocabulary, which the client can do once and keep. */
function invert(world: SimContext, { answers, claimedToken }: Inquiry, { record }: Assignment): number | null {
  const claimed = bareTokenHash(claimedToken);
  const votes = new Map<string, number>();
  for (const { hash } of answers) if (hash !== claimed) votes.set(hash, (votes.get(hash) ?? 0) + 1);
  const [most] = [...votes].sort(([, a], [, b]) => b - a);
  return most === undefined ? null : (world.tokenByHash(record!.vocabularySize).get(most[0]) ?? null);
}
