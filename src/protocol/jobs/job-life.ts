/**
 * The life of a job (whitepaper 2.4) as one function: (record, operation) -> record or a typed rejection.
 *
 * Time and height are given, never read. Each operation's rejections are checked in the order its function states them.
 */
import { err, ok, type Result } from "../result.ts";
import { finalSequence } from "../transaction.ts";
import {
  chargeInvalidOutput,
  chargeNoOutput,
  chargeUnpaid,
  dismiss,
  openCommitment,
  resolveDispute,
  retest,
} from "./disputes.ts";
import { commitmentOf, isOver, type JobRecord } from "./job-record.ts";
import type { BlockContext, JobRules } from "./job-rules.ts";
import type { AcceptJob, CommitOutput, CreateJob, DeliverOutput, JobOperation, PayNode } from "./operations.ts";

/**
 * `record` is undefined for a job that nobody has heard of. Rejections common to all operations but `create`:
 * job-unknown, job-over (settled, voided or discarded).
 */
export function advance(
  record: JobRecord | undefined,
  operation: JobOperation,
  context: BlockContext,
  protocol: JobRules,
): Result<JobRecord> {
  if (operation.type === "create") return create(record, operation, context, protocol);
  if (record === undefined) return err("job-unknown", `no job ${operation.jobId} is known`);
  if (isOver(record)) return err("job-over", `job ${record.jobId} is ${record.stage}`);
  switch (operation.type) {
    case "accept":
      return acceptJob(record, operation, protocol);
    case "commit":
      return commit(record, operation, protocol);
    case "pay":
      return pay(record, operation, context, protocol);
    case "deliver":
      return deliver(record, operation, context, protocol);
    case "charge-unpaid":
      return chargeUnpaid(record, operation, context, protocol);
    case "charge-invalid-output":
      return chargeInvalidOutput(record, operation, context, protocol);
    case "charge-no-output":
      return chargeNoOutput(record, operation, context, protocol);
    case "retest":
      return retest(record, operation, context);
    case "open":
      return openCommitment(record, operation, context, protocol);
    case "resolve":
      return resolveDispute(record, context);
    case "settle":
      return settle(record, context);
    case "discard":
      return discard(record, context, protocol);
  }
}

/** Rejections: job-known, escrow-empty, timestamp-skew (where bounded: the difference itself is still allowed). */
function create(
  record: JobRecord | undefined,
  operation: CreateJob,
  { nowMs, heightBlocks }: BlockContext,
  { rules, parameters }: JobRules,
): Result<JobRecord> {
  const { jobId, client, tokenLimit, timestampMs, timelockMs, nonceHash, fundingId, escrowUnits } = operation;
  if (record !== undefined) return err("job-known", `job ${jobId} is known already, and ${record.stage}`);
  if (escrowUnits < 1) return err("escrow-empty", "the escrow holds nothing");
  const skew = Math.abs(timestampMs - nowMs);
  if (rules.timestampBounded && skew > parameters.maxClockSkewMs)
    return err("timestamp-skew", `the timestamp is ${skew} ms from now, at most ${parameters.maxClockSkewMs}`);
  return ok({
    jobId,
    stage: "created",
    client,
    tokenLimit,
    nonceHash,
    fundingId,
    escrowUnits,
    earliestBlockMs: Math.max(timestampMs + parameters.blockDelayMs, timelockMs),
    discardAfterHeight: heightBlocks + operation.retentionBlocks,
    acceptances: [],
    commitments: [],
    payment: null,
    delivered: false,
    dispute: null,
    dismissed: [],
    ruling: null,
  });
}

/** Rejections: job-paid, acceptance-known, job-taken (where acceptance is exclusive), acceptances-full. */
function acceptJob(record: JobRecord, { node }: AcceptJob, { rules, parameters }: JobRules): Result<JobRecord> {
  const { acceptances } = record;
  if (record.payment !== null) return err("job-paid", "the client has paid a node: further work is in vain");
  if (acceptances.includes(node)) return err("acceptance-known", `node ${node} has accepted this job already`);
  if (rules.acceptance === "exclusive" && acceptances.length > 0)
    return err("job-taken", `node ${acceptances[0]} has accepted this job`);
  if (acceptances.length >= parameters.maxAcceptances)
    return err("acceptances-full", `${acceptances.length} nodes have accepted this job`);
  const stage = record.stage === "created" ? "accepted" : record.stage;
  return ok({ ...record, stage, acceptances: [...acceptances, node] });
}

/** Rejections: not-accepted, job-paid, commitment-known, stake-too-low. */
function commit(record: JobRecord, operation: CommitOutput, { parameters }: JobRules): Result<JobRecord> {
  const { node, commitmentHash, rewardTo, testamentId, stakeUnits } = operation;
  if (!record.acceptances.includes(node)) return err("not-accepted", `node ${node} has not accepted this job`);
  if (record.payment !== null) return err("job-paid", "the client has paid another node");
  if (commitmentOf(record, node) !== undefined)
    return err("commitment-known", `node ${node} has committed to an output already`);
  const minUnits = minStakeUnits(record.escrowUnits, parameters.minStakePerMille);
  if (stakeUnits < minUnits) return err("stake-too-low", `a stake of ${stakeUnits} units, at least ${minUnits}`);
  const commitment = { node, commitmentHash, rewardTo, testamentId, stakeUnits };
  const stage = record.stage === "accepted" ? "completed" : record.stage;
  return ok({ ...record, stage, commitments: [...record.commitments, commitment] });
}

/** `perMille` thousandths of the escrow, rounded up; exact for every amount, which the product would not be. */
function minStakeUnits(escrowUnits: number, perMille: number): number {
  const thousandsOfUnits = Math.floor(escrowUnits / 1000);
  return thousandsOfUnits * perMille + Math.ceil(((escrowUnits % 1000) * perMille) / 1000);
}

/**
 * Several nodes may have committed: the client pays one of them, the others get their stakes back and nothing else.
 * While the charge of not paying is open, a payment to any committed node dismisses it.
 *
 * Rejections: no-commitment, sequence-not-higher, sequence-not-final (where payments are), job-disputed (for another reason, or
 * after the window).
 */
function pay(record: JobRecord, operation: PayNode, { nowMs }: BlockContext, { rules }: JobRules): Result<JobRecord> {
  const { node, transactionId, sequence } = operation;
  const { dispute } = record;
  if (commitmentOf(record, node) === undefined)
    return err("no-commitment", `node ${node} has not committed to an output of this job`);
  const lowest = record.payment === null ? 0 : record.payment.sequence;
  if (sequence <= lowest) return err("sequence-not-higher", `sequence ${sequence}, must be above ${lowest}`);
  if (rules.replacement === "funding-only" && sequence !== finalSequence)
    return err("sequence-not-final", `sequence ${sequence}, a payment has ${finalSequence}`);
  if (dispute !== null && (dispute.charge !== "unpaid" || nowMs >= dispute.answerBeforeMs))
    return err("job-disputed", `a charge of ${dispute.charge} is open`);
  const paid = { ...record, payment: { node, transactionId, sequence }, delivered: false };
  return ok(dispute === null ? paid : dismiss(paid, dispute));
}

/** Rejections: not-paid, delivery-known, and after the window of a charge of withholding, dispute-window-over. */
function deliver(
  record: JobRecord,
  { node }: DeliverOutput,
  { nowMs }: BlockContext,
  { rules }: JobRules,
): Result<JobRecord> {
  const { dispute } = record;
  if (record.payment?.node !== node) return err("not-paid", `node ${node} has not been paid for this job`);
  if (record.delivered) return err("delivery-known", "the output has been delivered already");
  if (dispute !== null && nowMs >= dispute.answerBeforeMs)
    return err("dispute-window-over", "the time for counter-proofs is over");
  const delivered = { ...record, delivered: true };
  const answers = dispute?.charge === "no-output" && rules.deliveryProof === "signed-delivery";
  return ok(answers ? dismiss(delivered, dispute) : delivered);
}

/** Rejections: job-disputed, not-paid, too-early (the earliest time itself is allowed). */
function settle(record: JobRecord, { nowMs }: BlockContext): Result<JobRecord> {
  if (record.dispute !== null) return err("job-disputed", `a charge of ${record.dispute.charge} is open`);
  if (record.payment === null) return err("not-paid", "the client has paid nobody");
  if (nowMs < record.earliestBlockMs)
    return err("too-early", `block time ${nowMs}, the job may enter a block from ${record.earliestBlockMs}`);
  const escrowTo = commitmentOf(record, record.payment.node)!.rewardTo;
  return ok({ ...record, stage: "settled", ruling: { escrowTo, slashed: null } });
}

/**
 * The client keeps its coins, the nodes their stakes.
 *
 * Rejections: job-disputed, job-paid (where paid jobs are kept), too-early (the discard height itself is too early).
 */
function discard(record: JobRecord, { heightBlocks }: BlockContext, { rules }: JobRules): Result<JobRecord> {
  if (record.dispute !== null) return err("job-disputed", `a charge of ${record.dispute.charge} is open`);
  if (record.payment !== null && rules.discard === "unpaid")
    return err("job-paid", "the job has been paid and stays until a block holds it");
  if (heightBlocks <= record.discardAfterHeight)
    return err("too-early", `height ${heightBlocks}, discarded above ${record.discardAfterHeight}`);
  return ok({ ...record, stage: "discarded", ruling: { escrowTo: record.client, slashed: null } });
}
