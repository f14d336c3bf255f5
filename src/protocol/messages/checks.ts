/**
 * From what a message claims to the operation it is: hashes, signatures and transactions are checked here, against the rules
 * and the job's record but without changing anything. Whether the operation is allowed is for the job pool to say.
 */
import { commitmentHash } from "../jobs/commitment.ts";
import { checkJob, jobId } from "../jobs/job.ts";
import { commitmentOf, type JobRecord } from "../jobs/job-record.ts";
import type { JobRules } from "../jobs/job-rules.ts";
import type { ChargeInvalidOutput, CommitOutput, CreateJob, PayNode } from "../jobs/operations.ts";
import { keyHash } from "../keys.ts";
import { err, ok, type Result } from "../result.ts";
import {
  checkTransaction,
  finalSequence,
  firstUnsignedInput,
  outpointKey,
  type Transaction,
  transactionId,
  unlockings,
} from "../transaction.ts";
import type { ChargedInvalid, JobCompleted, JobCreated, PaymentUpdate } from "./message.ts";
import { messageSignatureHolds, type SignedMessage } from "./signed.ts";

/** Key hash of who signed a message; all that acceptances, deliveries, charges and answers need. Rejection: message-signature. */
export function signerOf(message: SignedMessage): Result<string> {
  return messageSignatureHolds(message)
    ? ok(keyHash(message.publicKey))
    : err("message-signature", `the signature of this ${message.type} message does not hold`);
}

/**
 * Step 1. Rejections: those of `checkJob`, those of `checkOwn`, job-escrow (not exactly one escrow output).
 */
export function checkJobCreated({ job, funding }: JobCreated, { rules, parameters }: JobRules): Result<CreateJob> {
  const fit = checkJob(job, rules, parameters);
  if (!fit.ok) return fit;
  const id = jobId(job);
  const client = keyHash(job.clientPublicKey);
  const own = checkOwn(funding, id, client);
  if (!own.ok) return own;
  const escrows = funding.outputs.filter(({ scriptPubKey }) => scriptPubKey.kind === "escrow");
  if (escrows.length !== 1) return err("job-escrow", `${escrows.length} escrow outputs, expected one`);
  return ok({
    type: "create",
    jobId: id,
    client,
    tokenLimit: job.tokenLimit,
    timestampMs: job.timestampMs,
    timelockMs: job.timelockMs,
    nonceHash: job.terms?.nonceHash ?? null,
    fundingId: transactionId(funding),
    escrowUnits: escrows[0]!.value,
    retentionBlocks: parameters.retentionBlocks,
  });
}

/**
 * Step 3. Rejections: message-signature, those of `checkOwn`, job-stake (not exactly one testament output, or another node's),
 * testament-replaceable.
 */
export function checkJobCompleted(message: JobCompleted, { rules }: JobRules): Result<CommitOutput> {
  const signer = signerOf(message);
  if (!signer.ok) return signer;
  const node = signer.value;
  const { jobId, outputHash, rewardTo, testament } = message;
  const own = checkOwn(testament, jobId, node);
  if (!own.ok) return own;
  const stakes = testament.outputs.filter(({ scriptPubKey }) => scriptPubKey.kind === "testament");
  const [stake] = stakes;
  if (stakes.length !== 1 || stake?.scriptPubKey.kind !== "testament" || stake.scriptPubKey.node !== node)
    return err("job-stake", `expected one testament output, of node ${node}`);
  if (rules.replacement === "funding-only" && lowestSequence(testament) !== finalSequence)
    return err("testament-replaceable", `every input of a testament has sequence ${finalSequence}`);
  return ok({
    type: "commit",
    jobId,
    node,
    commitmentHash: commitmentHash({ jobId, outputHash, rewardTo }),
    rewardTo,
    testamentId: transactionId(testament),
    stakeUnits: stake.value,
  });
}

/**
 * Step 4: `funding` is the transaction that this one must replace.
 *
 * Rejections: those of `checkOwn`, no-commitment, payment-other-money (it spends nothing that the funding spends, so both could
 * stand), payment-amount.
 */
export function checkPayment(
  { node, payment }: PaymentUpdate,
  funding: Transaction,
  record: JobRecord,
): Result<PayNode> {
  const own = checkOwn(payment, record.jobId, record.client);
  if (!own.ok) return own;
  const commitment = commitmentOf(record, node);
  if (commitment === undefined) return err("no-commitment", `node ${node} has not committed to an output of this job`);
  const funded = new Set(funding.inputs.map(outpointKey));
  if (!payment.inputs.some((input) => funded.has(outpointKey(input))))
    return err("payment-other-money", "the payment does not replace the funding: they spend different outputs");
  const paidUnits = payment.outputs
    .filter(({ scriptPubKey: to }) => to.kind === "address" && to.keyHash === commitment.rewardTo)
    .reduce((sum, { value }) => sum + value, 0);
  if (paidUnits < record.escrowUnits)
    return err("payment-amount", `${paidUnits} units for the node, the escrow holds ${record.escrowUnits}`);
  return ok({
    type: "pay",
    jobId: record.jobId,
    node,
    transactionId: transactionId(payment),
    sequence: lowestSequence(payment),
  });
}

/**
 * The charge that an output is invalid. Input and end tokens are what the pool's keeper got from the job's own text and model,
 * never what the accuser says. Rejection: message-signature.
 */
export function checkChargedInvalid(
  message: ChargedInvalid,
  { inputTokens, endTokens }: { readonly inputTokens: readonly number[]; readonly endTokens: readonly number[] },
  { tokenLimit }: JobRecord,
): Result<ChargeInvalidOutput> {
  const signer = signerOf(message);
  if (!signer.ok) return signer;
  const { jobId, salt, outputTokens, nonce, evidence } = message;
  const claim = { inputTokens, outputTokens, endTokens, tokenLimit };
  return ok({ type: "charge-invalid-output", jobId, by: signer.value, claim, salt, nonce, evidence });
}

/** Rejections: those of `checkTransaction`, transaction-job (concerns another job), transaction-owner (an input is not the owner's own), transaction-unsigned. */
function checkOwn(transaction: Transaction, jobId: string, owner: string): Result<undefined> {
  const form = checkTransaction(transaction);
  if (!form.ok) return form;
  if (transaction.jobId !== jobId)
    return err("transaction-job", `the transaction concerns job ${transaction.jobId}, the message ${jobId}`);
  const foreign = unlockings(transaction).findIndex((unlocking) => unlocking?.keyHash !== owner);
  if (foreign >= 0) return err("transaction-owner", `input ${foreign} is not unlocked by ${owner}`);
  const unsigned = firstUnsignedInput(transaction);
  return unsigned < 0 ? ok(undefined) : err("transaction-unsigned", `the signature of input ${unsigned} does not hold`);
}

function lowestSequence({ inputs }: Transaction): number {
  return Math.min(...inputs.map(({ sequence }) => sequence));
}
