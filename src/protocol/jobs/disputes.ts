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
import { accept, type Outcome, refuse } from "../outcome.ts";
import { judgeRastic } from "../rastic/judge.ts";
import { planRastic } from "../rastic/plan.ts";
import type { RuleSet } from "../revisions.ts";
import { commitmentHash, outputHash } from "./commitment.ts";
import { verificationRandomness } from "./index-derivation.ts";
import { type Charge, commitmentOf, type Dispute, type JobRecord, type Ruling } from "./job-record.ts";
import type { JobRules, Moment } from "./job-rules.ts";
import type {
  ChargeInvalidOutput,
  ChargeNoOutput,
  ChargeUnpaid,
  Evidence,
  OpenCommitment,
  Retest,
} from "./operations.ts";

/** Refusals: no-commitment, payment-exists, and those of `bring`. */
export function chargeUnpaid(
  record: JobRecord,
  { by }: ChargeUnpaid,
  moment: Moment,
  given: JobRules,
): Outcome<JobRecord> {
  if (commitmentOf(record, by) === undefined)
    return refuse("no-commitment", `${by} has not committed to an output of this job`);
  if (record.payment !== null) return refuse("payment-exists", "the client's payment is in the pool");
  return bring(record, "unpaid", by, [], moment, given);
}

/** Refusals: not-the-client, not-paid, delivery-exists (where a signed delivery is proof enough), and those of `bring`. */
export function chargeNoOutput(
  record: JobRecord,
  { by }: ChargeNoOutput,
  moment: Moment,
  given: JobRules,
): Outcome<JobRecord> {
  if (by !== record.client) return refuse("not-the-client", "only the job's client can say that it got nothing");
  if (record.payment === null) return refuse("not-paid", "the client has paid nobody");
  if (record.delivered && given.rules.deliveryProof === "signed-delivery")
    return refuse("delivery-exists", "the node's signed output is in the pool");
  return bring(record, "no-output", record.payment.node, [], moment, given);
}

/**
 * The proof is the output itself, opened, with reference tokens that make RASTiC reject it at the indices that commitment
 * and nonce give.
 *
 * Refusals: not-the-client, not-paid, token-limit-mismatch, those of `checkOpening`, of `verificationRandomness`, of
 * `planRastic` and `judgeRastic`, output-passes, and those of `bring`.
 */
export function chargeInvalidOutput(
  record: JobRecord,
  charge: ChargeInvalidOutput,
  moment: Moment,
  given: JobRules,
): Outcome<JobRecord> {
  const { claim, salt, nonce } = charge;
  if (charge.by !== record.client) return refuse("not-the-client", "only the job's client holds the output");
  if (record.payment === null) return refuse("not-paid", "the client has paid nobody");
  if (claim.tokenLimit !== record.tokenLimit)
    return refuse("token-limit-mismatch", `a limit of ${claim.tokenLimit} tokens, the job has ${record.tokenLimit}`);
  const opened = checkOpening(record, record.payment.node, { outputTokens: claim.outputTokens, salt }, given.rules);
  if (!opened.ok) return opened;
  const randomness = verificationRandomness(given.rules, opened.value, hexToBytes(nonce), record.nonceHash);
  if (!randomness.ok) return randomness;
  const plan = planRastic(given.rules.rastic, given.parameters.checkBudget, claim, randomness.value);
  if (!plan.ok) return plan;
  const judged = judgeRastic(plan.value, new Map(charge.evidence));
  if (!judged.ok) return judged;
  if (judged.value.verdict === "accepted")
    return refuse("output-passes", "by the evidence given, the output passes its checks");
  return bring(record, "invalid-output", record.payment.node, plan.value.checks, moment, given);
}

/** Refusals: charge-dismissed (brought before), job-disputed. */
function bring(
  record: JobRecord,
  charge: Charge,
  node: string,
  checks: Dispute["checks"],
  { nowMs }: Moment,
  { parameters }: JobRules,
): Outcome<JobRecord> {
  if (record.dismissed.some((past) => past.charge === charge && past.node === node))
    return refuse("charge-dismissed", `the charge of ${charge} concerning ${node} has been answered`);
  if (record.dispute !== null) return refuse("job-disputed", `a charge of ${record.dispute.charge} is open`);
  const answerBeforeMs = nowMs + parameters.counterProofWindowMs;
  return accept({ ...record, stage: "disputed", dispute: { charge, node, answerBeforeMs, checks } });
}

/**
 * The pool's keeper has evaluated the model itself: it decides at once, either way. A claim that is false on its face left
 * nothing to evaluate, and no re-test can save it.
 *
 * Refusals: those of `answering`, rastic-evidence-missing.
 */
export function retest(record: JobRecord, { evidence }: Retest, moment: Moment): Outcome<JobRecord> {
  const answered = answering(record, "invalid-output", moment);
  if (!answered.ok) return answered;
  const dispute = answered.value;
  const passed = allPass(dispute, evidence);
  if (!passed.ok) return passed;
  return accept(passed.value ? dismissed(record, dispute) : upheld(record, dispute));
}

function allPass({ checks }: Dispute, evidence: readonly Evidence[]): Outcome<boolean> {
  if (checks.length === 0) return accept(false);
  const said = new Map(evidence);
  const missing = checks.find(({ sequenceIndex }) => !said.has(sequenceIndex));
  if (missing !== undefined)
    return refuse("rastic-evidence-missing", `the re-test lacks sequence index ${missing.sequenceIndex}`);
  return accept(checks.every(({ sequenceIndex, claimedToken }) => said.get(sequenceIndex) === claimedToken));
}

/** Refusals: those of `answering`, proof-unknown (where openings prove nothing), those of `checkOpening`. */
export function openCommitment(
  record: JobRecord,
  { outputTokens, salt }: OpenCommitment,
  moment: Moment,
  { rules }: JobRules,
): Outcome<JobRecord> {
  const answered = answering(record, "no-output", moment);
  if (!answered.ok) return answered;
  if (rules.deliveryProof !== "opened-commitment")
    return refuse("proof-unknown", `in revision ${rules.revision} a signed delivery is the counter-proof`);
  const opened = checkOpening(record, answered.value.node, { outputTokens, salt }, rules);
  return opened.ok ? accept(dismissed(record, answered.value)) : opened;
}

/** Refusals: no-dispute, dispute-window-open (the last moment of the window is its end itself). */
export function resolveDispute(record: JobRecord, { nowMs }: Moment): Outcome<JobRecord> {
  const { dispute } = record;
  if (dispute === null) return refuse("no-dispute", "no charge is open");
  if (nowMs < dispute.answerBeforeMs)
    return refuse("dispute-window-open", `counter-proofs count before ${dispute.answerBeforeMs}, it is ${nowMs}`);
  return accept(upheld(record, dispute));
}

/** The record after a charge was answered. */
export function dismissed(record: JobRecord, { charge, node }: Dispute): JobRecord {
  return { ...record, stage: "completed", dispute: null, dismissed: [...record.dismissed, { charge, node }] };
}

function upheld(record: JobRecord, { charge, node }: Dispute): JobRecord {
  const ruling: Ruling = { escrowTo: record.client, slashed: charge === "unpaid" ? null : node };
  return { ...record, stage: "voided", dispute: null, ruling };
}

/** Refusals: no-dispute, wrong-answer (another charge is open), dispute-window-over. */
function answering(record: JobRecord, charge: Charge, { nowMs }: Moment): Outcome<Dispute> {
  const { dispute } = record;
  if (dispute === null) return refuse("no-dispute", "no charge is open");
  if (dispute.charge !== charge)
    return refuse("wrong-answer", `this answers a charge of ${charge}; one of ${dispute.charge} is open`);
  if (nowMs >= dispute.answerBeforeMs)
    return refuse("dispute-window-over", `counter-proofs counted before ${dispute.answerBeforeMs}, it is ${nowMs}`);
  return accept(dispute);
}

/** The commitment's hash if output and salt are what `node` committed to. Refusals: those of `outputHash`, opening-mismatch. */
function checkOpening(
  record: JobRecord,
  node: string,
  opening: { readonly outputTokens: readonly number[]; readonly salt: string },
  rules: RuleSet,
): Outcome<string> {
  const hashed = outputHash(opening, rules);
  if (!hashed.ok) return hashed;
  const { rewardTo, commitmentHash: committed } = commitmentOf(record, node)!;
  const found = commitmentHash({ jobId: record.jobId, outputHash: hashed.value, rewardTo });
  return found === committed
    ? accept(committed)
    : refuse("opening-mismatch", `output and salt give commitment ${found}, the node signed ${committed}`);
}
