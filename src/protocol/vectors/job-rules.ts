/** Vectors of jobs: parameters, commitments, encrypted outputs, and the whole life of a job in the pool. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { z } from "zod";
import { commitmentHash, outputHash } from "../jobs/commitment.ts";
import { verificationRandomness } from "../jobs/index-derivation.ts";
import { checkJob, decodeJob, jobId } from "../jobs/job.ts";
import { JobPool } from "../jobs/job-pool.ts";
import type { JobRecord } from "../jobs/job-record.ts";
import type { JobOperation } from "../jobs/operations.ts";
import { openOutput, sealOutput } from "../jobs/output-encryption.ts";
import type { Json } from "../json.ts";
import { isPublicKey, isSecretKey } from "../keys.ts";
import { ok } from "../result.ts";
import { ruleSet } from "../revisions.ts";
import { bytes, hex, tokens, whole } from "./forms.ts";
import { claimedOutputForm } from "./rastic-rules.ts";
import { vectorRule } from "./rule.ts";

const id = hex(32);
const person = hex(20);
const secretKey = hex(32).refine(isSecretKey, "expected a number from 1 to below the group's order");
const charge = z.enum(["unpaid", "invalid-output", "no-output"]);
const evidence = z.array(z.tuple([whole, whole]));
const check = z.strictObject({
  kind: z.enum(["continuity", "integrity", "truncation"]),
  sequenceIndex: whole,
  claimedToken: whole,
});

const recordFields: z.ZodType<JobRecord> = z.strictObject({
  jobId: id,
  stage: z.enum(["created", "accepted", "completed", "disputed", "settled", "voided", "discarded"]),
  client: person,
  tokenLimit: whole,
  nonceHash: id.nullable(),
  fundingId: id,
  escrowUnits: whole,
  earliestBlockMs: whole,
  discardAfterHeight: whole,
  acceptances: z.array(person),
  commitments: z.array(
    z.strictObject({ node: person, commitmentHash: id, rewardTo: person, testamentId: id, stakeUnits: whole }),
  ),
  payment: z.strictObject({ node: person, transactionId: id, sequence: whole }).nullable(),
  delivered: z.boolean(),
  dispute: z.strictObject({ charge, node: person, answerBeforeMs: whole, checks: z.array(check) }).nullable(),
  dismissed: z.array(z.strictObject({ charge, node: person })),
  ruling: z.strictObject({ escrowTo: person, slashed: person.nullable() }).nullable(),
});
/** Only a node that has committed can be paid or stand in a dispute; the rules rely on it. */
export const jobRecordForm = recordFields.refine(
  ({ commitments, payment, dispute }) =>
    [payment, dispute].every((about) => about === null || commitments.some(({ node }) => node === about.node)),
  "expected a commitment of the node that is paid or in dispute",
);

const on = <Type extends JobOperation["type"]>(type: Type) => ({ type: z.literal(type), jobId: id });
const jobOperation: z.ZodType<JobOperation> = z.discriminatedUnion("type", [
  z.strictObject({
    ...on("create"),
    client: person,
    tokenLimit: whole,
    timestampMs: whole,
    timelockMs: whole,
    nonceHash: id.nullable(),
    fundingId: id,
    escrowUnits: whole,
    retentionBlocks: whole,
  }),
  z.strictObject({ ...on("accept"), node: person }),
  z.strictObject({
    ...on("commit"),
    node: person,
    commitmentHash: id,
    rewardTo: person,
    testamentId: id,
    stakeUnits: whole,
  }),
  z.strictObject({ ...on("pay"), node: person, transactionId: id, sequence: whole }),
  z.strictObject({ ...on("deliver"), node: person }),
  z.strictObject({ ...on("charge-unpaid"), by: person }),
  z.strictObject({
    ...on("charge-invalid-output"),
    by: person,
    claim: claimedOutputForm,
    salt: hex(),
    nonce: hex(),
    evidence,
  }),
  z.strictObject({ ...on("charge-no-output"), by: person }),
  z.strictObject({ ...on("retest"), evidence }),
  z.strictObject({ ...on("open"), outputTokens: z.array(whole), salt: hex() }),
  z.strictObject({ ...on("resolve") }),
  z.strictObject({ ...on("settle") }),
  z.strictObject({ ...on("discard") }),
]);

export const jobRules = [
  vectorRule("job-decode", z.null(), z.strictObject({ job: bytes() }), (_, __, { job }) => {
    const decoded = decodeJob(job);
    return decoded.ok ? ok({ job: decoded.value as unknown as Json, id: jobId(decoded.value) }) : decoded;
  }),
  vectorRule("job-check", z.null(), z.strictObject({ job: bytes() }), ({ revision, parameters }, _, { job }) => {
    const decoded = decodeJob(job);
    if (!decoded.ok) return decoded;
    const checked = checkJob(decoded.value, ruleSet(revision), parameters);
    return checked.ok ? ok({ id: jobId(checked.value) }) : checked;
  }),
  vectorRule(
    "output-commitment",
    z.null(),
    z.strictObject({ jobId: id, rewardTo: person, outputTokens: z.array(whole), salt: hex() }),
    ({ revision }, _, { jobId, rewardTo, outputTokens, salt }) => {
      const hashed = outputHash({ outputTokens, salt }, ruleSet(revision));
      if (!hashed.ok) return hashed;
      const commitment = commitmentHash({ jobId, outputHash: hashed.value, rewardTo });
      return ok({ outputHash: hashed.value, commitmentHash: commitment });
    },
  ),
  vectorRule(
    "verification-randomness",
    z.null(),
    z.strictObject({ commitmentHash: id, nonce: bytes(), nonceHash: id.nullable() }),
    ({ revision }, _, { commitmentHash, nonce, nonceHash }) => {
      const randomness = verificationRandomness(ruleSet(revision), commitmentHash, nonce, nonceHash);
      return randomness.ok ? ok({ randomness: bytesToHex(randomness.value) }) : randomness;
    },
  ),
  vectorRule(
    "output-seal",
    z.null(),
    z.strictObject({
      outputTokens: tokens,
      salt: hex(),
      jobId: id,
      clientPublicKey: hex(33).refine(isPublicKey, "expected a point of the curve"),
      ephemeralSecret: secretKey,
    }),
    (_, __, { outputTokens, salt, jobId, clientPublicKey, ephemeralSecret }) =>
      ok({ sealed: bytesToHex(sealOutput({ outputTokens, salt }, jobId, clientPublicKey, ephemeralSecret)) }),
  ),
  vectorRule(
    "output-open",
    z.null(),
    z.strictObject({ sealed: bytes(), jobId: id, clientSecret: secretKey }),
    (_, __, { sealed, jobId, clientSecret }) => {
      const opened = openOutput(sealed, jobId, clientSecret);
      return opened.ok ? ok({ outputTokens: opened.value.outputTokens, salt: opened.value.salt }) : opened;
    },
  ),
  vectorRule(
    "job-pool",
    z.strictObject({ jobs: z.array(jobRecordForm) }),
    z.strictObject({ nowMs: whole, heightBlocks: whole, job: jobOperation }),
    ({ revision, parameters }, { jobs }, { nowMs, heightBlocks, job }) => {
      const pool = new JobPool({ rules: ruleSet(revision), parameters }, jobs);
      const applied = pool.apply(job, { nowMs, heightBlocks });
      return applied.ok ? ok({ jobs: [...pool.records()] as unknown as Json[] }) : applied;
    },
  ),
];
