/** Vectors of messages: `message-decode` (wire form) and `message-check` (from a message to the operation it is). */
import { z } from "zod";
import type { JobRules } from "../jobs/job-rules.ts";
import type { Json } from "../json.ts";
import { checkChargedInvalid, checkJobCompleted, checkJobCreated, checkPayment, signerOf } from "../messages/checks.ts";
import { decodeMessage, type Message } from "../messages/message.ts";
import { err, ok, type Result } from "../result.ts";
import { ruleSet } from "../revisions.ts";
import { decodeTransaction, type Transaction } from "../transaction.ts";
import { bytes, tokens } from "./forms.ts";
import { jobRecordForm } from "./job-rules.ts";
import { vectorRule } from "./rule.ts";

/** What a node needs to know to check some messages; null where it does not. */
const known = z.strictObject({
  record: jobRecordForm.nullable(),
  funding: bytes().nullable(),
  tokenised: z.strictObject({ inputTokens: tokens, endTokens: tokens }).nullable(),
});
type Known = z.infer<typeof known>;

export const messageRules = [
  vectorRule("message-decode", z.null(), z.strictObject({ message: bytes() }), (_, __, { message }) => {
    const decoded = decodeMessage(message);
    return decoded.ok ? ok(decoded.value as unknown as Json) : decoded;
  }),
  vectorRule(
    "message-check",
    known,
    z.strictObject({ message: bytes() }),
    ({ revision, parameters }, pre, { message }) => {
      const decoded = decodeMessage(message);
      if (!decoded.ok) return decoded;
      const checked = check(decoded.value.message, pre, { rules: ruleSet(revision), parameters });
      return checked.ok ? ok(checked.value as unknown as Json) : checked;
    },
  ),
];

/** The operation, or for messages whose signer is all there is to check, its key hash. */
function check(message: Message, pre: Known, given: JobRules): Result<unknown> {
  switch (message.type) {
    case "job-created":
      return checkJobCreated(message, given);
    case "job-completed":
      return checkJobCompleted(message, given);
    case "payment": {
      const funding = fundingOf(pre);
      if (pre.record === null || funding === null) return missing("record and funding");
      return checkPayment(message, funding, pre.record);
    }
    case "charge-invalid-output":
      if (pre.record === null || pre.tokenised === null) return missing("record and tokenised");
      return checkChargedInvalid(message, pre.tokenised, pre.record);
    default:
      if (!("signature" in message)) return missing("a message that is checked");
      return signedBy(message);
  }
}

function signedBy(message: Parameters<typeof signerOf>[0]): Result<unknown> {
  const signer = signerOf(message);
  return signer.ok ? ok({ signer: signer.value }) : signer;
}

function fundingOf({ funding }: { funding: Uint8Array | null }): Transaction | null {
  const decoded = funding === null ? null : decodeTransaction(funding);
  return decoded?.ok ? decoded.value : null;
}

function missing(what: string): Result<never> {
  return err("vector-malformed", `pre: expected ${what}`);
}
