/** A job, its people and its texts, as the tests of jobs tell their stories about. */
import { hexToBytes } from "@noble/hashes/utils.js";
import { commitmentHash, outputHash } from "../../../src/protocol/jobs/commitment.ts";
import { nonceHash } from "../../../src/protocol/jobs/index-derivation.ts";
import { JobPool } from "../../../src/protocol/jobs/job-pool.ts";
import type { JobRules } from "../../../src/protocol/jobs/job-rules.ts";
import type { CommitOutput, CreateJob, JobOperation, PayNode } from "../../../src/protocol/jobs/operations.ts";
import { parameters } from "../../../src/protocol/parameters.ts";
import { type Result, unwrap } from "../../../src/protocol/result.ts";
import { type Revision, ruleSet } from "../../../src/protocol/revisions.ts";
import { finalSequence } from "../../../src/protocol/transaction.ts";

export const client = "c0".repeat(20);
export const anna = "a1".repeat(20);
export const bert = "a2".repeat(20);
export const jobId = "10".repeat(32);
export const nonce = "99".repeat(32);
export const outputTokens = [104, 105, 106, 107, 2];
export const claim = { inputTokens: [100, 101, 102, 103], outputTokens, endTokens: [2], tokenLimit: 16 };
/** What an honest model says: the claimed token at every place of R. */
export const truth = [...claim.inputTokens, ...outputTokens].map((token, i): [number, number] => [i, token]);
/** A model that would not have ended there. */
export const lies = truth.map(([i, token]): [number, number] => [i, i === 8 ? 7 : token]);

export const preset = parameters("minimal");
export const protocol = (revision: Revision): JobRules => ({ rules: ruleSet(revision), parameters: preset });
export const createdMs = 1_000_000;
export const earliestMs = createdMs + preset.blockDelayMs;
export const saltOf = (revision: Revision): string => (revision === "2026.1" ? "5a".repeat(32) : "");

export function create(revision: Revision, change: Partial<CreateJob> = {}): CreateJob {
  return {
    type: "create",
    jobId,
    client,
    tokenLimit: claim.tokenLimit,
    timestampMs: createdMs,
    timelockMs: 0,
    nonceHash: revision === "2026.1" ? nonceHash(hexToBytes(nonce)) : null,
    fundingId: "f0".repeat(32),
    escrowUnits: 1000,
    retentionBlocks: 4,
    ...change,
  };
}

export function commit(revision: Revision, node: string, change: Partial<CommitOutput> = {}): CommitOutput {
  const hashed = outputHash({ outputTokens, salt: saltOf(revision) }, ruleSet(revision));
  if (!hashed.ok) throw new Error(hashed.rejection.message);
  const id = change.jobId ?? jobId;
  return {
    type: "commit",
    jobId: id,
    node,
    commitmentHash: commitmentHash({ jobId: id, outputHash: hashed.value, rewardTo: node }),
    rewardTo: node,
    testamentId: node.slice(0, 2).repeat(32),
    stakeUnits: 1500,
    ...change,
  };
}

export const pay = (node: string, change: Partial<PayNode> = {}): PayNode => ({
  type: "pay",
  jobId,
  node,
  transactionId: "f1".repeat(32),
  sequence: finalSequence,
  ...change,
});

export const chargeInvalid = (revision: Revision, evidence = lies): JobOperation => ({
  type: "charge-invalid-output",
  jobId,
  by: client,
  claim,
  salt: saltOf(revision),
  nonce,
  evidence,
});

/** A pool after these operations, each with the time it happens at; all must be accepted. */
export function poolAfter(revision: Revision, ...steps: [JobOperation, number?][]): JobPool {
  const pool = new JobPool(protocol(revision));
  for (const [operation, nowMs = createdMs] of steps) unwrap(pool.apply(operation, { nowMs, heightBlocks: 50 }));
  return pool;
}

export const codeOf = (result: Result<unknown>): string => (result.ok ? "accepted" : result.rejection.code);
