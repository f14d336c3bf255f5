/**
 * The dispute table (whitepaper 2.4): three charges, each with its proof, its counter-proof, its window and its outcome.
 *
 * | charge         | by             | proof                           | counter-proof, within the window              | upheld                                    |
 * |----------------|----------------|---------------------------------|-----------------------------------------------|-------------------------------------------|
 * | unpaid         | committed node | the pool holds no payment       | a payment (`pay`)                             | escrow back to the client, no output      |
 * | invalid-output | client         | opened commitment fails RASTiC  | re-test at the same indices passes (`retest`) | escrow and the node's stake to the client |
 * | no-output      | client         | it paid, the pool has no output | signed delivery (2023.1), opening (2026.1)    | escrow and the node's stake to the client |
 *
 * Where slashed stake goes the sources do not say; ours goes to the client, who holds the testament. An upheld charge
 * voids the job: nobody is paid, all other stakes return. A dismissed charge cannot be brought again for the same node.
 */
import { hexToBytes } from "@noble/hashes/utils.js";
import { judgeRastic } from "../rastic/judge.ts";
import { planRastic } from "../rastic/plan.ts";
import { err, ok, type Result } from "../result.ts";
import type { RuleSet } from "../revisions.ts";
import { commitmentHash, outputHash } from "./commitment.ts";
import { verificationRandomness } from "./index-derivation.ts";
import { type Charge, commitmentOf, type Dispute, type JobRecord, type Ruling } from "./job-record.ts";
import type { BlockContext, JobRules } from "./job-rules.ts";
import type {
  ChargeInvalidOutput,
  ChargeNoOutput,
  ChargeUnpaid,
  Evidence,
  OpenCommitment,
  Retest,
} from "./operations.ts";

/** Rejections: no-commitment, payment-exists, and those of `openDispute`. */
export function chargeUnpaid(
  record: JobRecord,
  { by }: ChargeUnpaid,
  context: BlockContext,
  protocol: JobRules,
): Result<JobRecord> {
  if (commitmentOf(record, by) === undefined)
    return err("no-commitment", `${by} has not committed to an output of this job`);
  if (record.payment !== null) return err("payment-exists", "the client's payment is in the pool");
  return openDispute(record, "unpaid", by, [], context, protocol);
}

/** Rejections: not-the-client, not-paid, delivery-exists (where a signed delivery is proof enough), and those of `openDispute`. */
export function chargeNoOutput(
  record: JobRecord,
  { by }: ChargeNoOutput,
  context: BlockContext,
  protocol: JobRules,
): Result<JobRecord> {
  if (by !== record.client) return err("not-the-client", "only the job's client can say that it got nothing");
  if (record.payment === null) return err("not-paid", "the client has paid nobody");
  if (record.delivered && protocol.rules.deliveryProof === "signed-delivery")
    return err("delivery-exists", "the node's signed output is in the pool");
  return openDispute(record, "no-output", record.payment.node, [], context, protocol);
}

/**
 * The proof is the output itself, opened, with reference tokens that make RASTiC reject it at the indices that commitment
 * and nonce give.
 *
 * Rejections: not-the-client, not-paid, token-limit-mismatch, those of `checkOpening`, of `verificationRandomness`, of
 * `planRastic` and `judgeRastic`, output-passes, and those of `openDispute`.
 */
export function chargeInvalidOutput(
  record: JobRecord,
  charge: ChargeInvalidOutput,
  context: BlockContext,
  protocol: JobRules,
): Result<JobRecord> {
  const { claim: output, salt, nonce } = charge;
  if (charge.by !== record.client) return err("not-the-client", "only the job's client holds the output");
  if (record.payment === null) return err("not-paid", "the client has paid nobody");
  if (output.tokenLimit !== record.tokenLimit)
    return err("token-limit-mismatch", `a limit of ${output.tokenLimit} tokens, the job has ${record.tokenLimit}`);
  const opened = checkOpening(record, record.payment.node, { outputTokens: output.outputTokens, salt }, protocol.rules);
  if (!opened.ok) return opened;
  const randomness = verificationRandomness(protocol.rules, opened.value, hexToBytes(nonce), record.nonceHash);
  if (!randomness.ok) return randomness;
  const plan = planRastic(protocol.rules.rastic, protocol.parameters.checkBudget, output, randomness.value);
  if (!plan.ok) return plan;
  const judged = judgeRastic(plan.value, new Map(charge.evidence));
  if (!judged.ok) return judged;
  if (judged.value.verdict === "accepted")
    return err("output-passes", "by the evidence given, the output passes its checks");
  return openDispute(record, "invalid-output", record.payment.node, plan.value.checks, context, protocol);
}

/** Rejections: charge-dismissed (brought before), job-disputed. */
function openDispute(
  record: JobRecord,
  charge: Charge,
  node: string,
  checks: Dispute["checks"],
  { nowMs }: BlockContext,
  { parameters }: JobRules,
): Result<JobRecord> {
  if (record.dismissed.some((past) => past.charge === charge && past.node === node))
    return err("charge-dismissed", `the charge of ${charge} concerning ${node} has been answered`);
  if (record.dispute !== null) return err("job-disputed", `a charge of ${record.dispute.charge} is open`);
  const answerBeforeMs = nowMs + parameters.counterProofWindowMs;
  return ok({ ...record, stage: "disputed", dispute: { charge, node, answerBeforeMs, checks } });
}

/**
 * The pool's keeper has evaluated the model itself: it decides at once, either way. An output that fails the static checks left
 * nothing to evaluate, and no re-test can save it.
 *
 * Rejections: those of `requireOpenDispute`, rastic-evidence-missing.
 */
export function retest(record: JobRecord, { evidence }: Retest, context: BlockContext): Result<JobRecord> {
  const open = requireOpenDispute(record, "invalid-output", context);
  if (!open.ok) return open;
  const dispute = open.value;
  const passed = allPass(dispute, evidence);
  if (!passed.ok) return passed;
  return ok(passed.value ? dismiss(record, dispute) : rule(record, dispute));
}

function allPass({ checks }: Dispute, evidence: readonly Evidence[]): Result<boolean> {
  if (checks.length === 0) return ok(false);
  const answers = new Map(evidence);
  const missing = checks.find(({ sequenceIndex }) => !answers.has(sequenceIndex));
  if (missing !== undefined)
    return err("rastic-evidence-missing", `the re-test lacks sequence index ${missing.sequenceIndex}`);
  return ok(checks.every(({ sequenceIndex, claimedToken }) => answers.get(sequenceIndex) === claimedToken));
}

/** Rejections: those of `requireOpenDispute`, proof-unknown (where openings prove nothing), those of `checkOpening`. */
export function openCommitment(
  record: JobRecord,
  { outputTokens, salt }: OpenCommitment,
  context: BlockContext,
  { rules }: JobRules,
): Result<JobRecord> {
  const open = requireOpenDispute(record, "no-output", context);
  if (!open.ok) return open;
  if (rules.deliveryProof !== "opened-commitment")
    return err("proof-unknown", `in revision ${rules.revision} a signed delivery is the counter-proof`);
  const opened = checkOpening(record, open.value.node, { outputTokens, salt }, rules);
  return opened.ok ? ok(dismiss(record, open.value)) : opened;
}

/** Rejections: no-dispute, dispute-window-open (the last moment of the window is its end itself). */
export function resolveDispute(record: JobRecord, { nowMs }: BlockContext): Result<JobRecord> {
  const { dispute } = record;
  if (dispute === null) return err("no-dispute", "no charge is open");
  if (nowMs < dispute.answerBeforeMs)
    return err("dispute-window-open", `counter-proofs count before ${dispute.answerBeforeMs}, it is ${nowMs}`);
  return ok(rule(record, dispute));
}

/** The record after a charge was answered. */
export function dismiss(record: JobRecord, { charge, node }: Dispute): JobRecord {
  return { ...record, stage: "completed", dispute: null, dismissed: [...record.dismissed, { charge, node }] };
}

function rule(record: JobRecord, { charge, node }: Dispute): JobRecord {
  const ruling: Ruling = { escrowTo: record.client, slashed: charge === "unpaid" ? null : node };
  return { ...record, stage: "voided", dispute: null, ruling };
}

/** Rejections: no-dispute, wrong-answer (another charge is open), dispute-window-over. */
function requireOpenDispute(record: JobRecord, charge: Charge, { nowMs }: BlockContext): Result<Dispute> {
  const { dispute } = record;
  if (dispute === null) return err("no-dispute", "no charge is open");
  if (dispute.charge !== charge)
    return err("wrong-answer", `this answers a charge of ${charge}; one of ${dispute.charge} is open`);
  if (nowMs >= dispute.answerBeforeMs)
    return err("dispute-window-over", `counter-proofs counted before ${dispute.answerBeforeMs}, it is ${nowMs}`);
  return ok(dispute);
}

/** The commitment's hash if output and salt are what `node` committed to. Rejections: those of `outputHash`, opening-mismatch. */
function checkOpening(
  record: JobRecord,
  node: string,
  opening: { readonly outputTokens: readonly number[]; readonly salt: string },
  rules: RuleSet,
): Result<string> {
  const hashed = outputHash(opening, rules);
  if (!hashed.ok) return hashed;
  const { rewardTo, commitmentHash: committed } = commitmentOf(record, node)!;
  const found = commitmentHash({ jobId: record.jobId, outputHash: hashed.value, rewardTo });
  return found === committed
    ? ok(committed)
    : err("opening-mismatch", `output and salt give commitment ${found}, the node signed ${committed}`);
}
