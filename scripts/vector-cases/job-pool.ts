/** Vectors of a job's life: every operation in every stage that matters, and both sides of every boundary. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { commitmentHash, outputHash } from "../../src/protocol/jobs/commitment.ts";
import { nonceHash } from "../../src/protocol/jobs/index-derivation.ts";
import { JobPool } from "../../src/protocol/jobs/job-pool.ts";
import type { JobRecord } from "../../src/protocol/jobs/job-record.ts";
import type { JobOperation } from "../../src/protocol/jobs/operations.ts";
import type { Json } from "../../src/protocol/json.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { type Revision, ruleSet } from "../../src/protocol/revisions.ts";
import { finalSequence } from "../../src/protocol/transaction.ts";
import type { CaseDraft, FileDraft } from "./draft.ts";

const preset = parameters("minimal");
const jobId = "10".repeat(32);
const client = "c0".repeat(20);
const [anna, bert, carl, dora] = ["a1", "a2", "a3", "a4"].map((byte) => byte.repeat(20)) as [
  string,
  string,
  string,
  string,
];
const rewardTo = { [anna]: "b1".repeat(20), [bert]: "b2".repeat(20) };
const fundingId = "f0".repeat(32);
const paymentId = "f1".repeat(32);
const nonce = "99".repeat(32);

const createdMs = 1_000_000;
const createdHeight = 50;
const earliestMs = createdMs + preset.blockDelayMs;
const windowMs = preset.counterProofWindowMs;
const chargedMs = createdMs + 500;
const discardHeight = createdHeight + preset.retentionBlocks;

const outputTokens = [104, 105, 106, 107, 2];
const claim = { inputTokens: [100, 101, 102, 103], outputTokens, endTokens: [2], tokenLimit: 16 };
/** What an honest model says: the claimed token at every place of R. */
const truth = [...claim.inputTokens, ...outputTokens].map((token, i): [number, number] => [i, token]);
/** A model that would not have ended there. */
const lies = truth.map(([i, token]): [number, number] => [i, i === 8 ? 7 : token]);

type Timed = { readonly job: JobOperation; readonly nowMs?: number; readonly heightBlocks?: number };
const timed = ({ job, nowMs = chargedMs, heightBlocks = createdHeight }: Timed) => ({ nowMs, heightBlocks, job });

/** All that differs between revisions, and the states that cases start from. */
function world(revision: Revision) {
  const rules = ruleSet(revision);
  const salt = rules.outputHash === "salted" ? "5a".repeat(32) : "";
  const hashed = (tokens: readonly number[]): string => {
    const result = outputHash({ outputTokens: tokens, salt }, rules);
    if (!result.ok) throw new Error(result.rejection.message);
    return result.value;
  };
  const nonceHashInJob = rules.jobVersion === 2 ? nonceHash(hexToBytes(nonce)) : null;

  const create = (change: Partial<Extract<JobOperation, { type: "create" }>> = {}): JobOperation => ({
    type: "create",
    jobId,
    client,
    tokenLimit: claim.tokenLimit,
    timestampMs: createdMs,
    timelockMs: 0,
    nonceHash: nonceHashInJob,
    fundingId,
    escrowUnits: 1001,
    retentionBlocks: preset.retentionBlocks,
    ...change,
  });
  const accept = (node: string): JobOperation => ({ type: "accept", jobId, node });
  const commit = (node: string, stakeUnits = 1001, tokens = outputTokens): JobOperation => ({
    type: "commit",
    jobId,
    node,
    commitmentHash: commitmentHash({ jobId, outputHash: hashed(tokens), rewardTo: rewardTo[node] ?? node }),
    rewardTo: rewardTo[node] ?? node,
    testamentId: node.slice(0, 2).repeat(32),
    stakeUnits,
  });
  const pay = (node: string, sequence = finalSequence, transactionId = paymentId): JobOperation => ({
    type: "pay",
    jobId,
    node,
    transactionId,
    sequence,
  });
  const deliver = (node: string): JobOperation => ({ type: "deliver", jobId, node });
  const chargeUnpaid = (by: string): JobOperation => ({ type: "charge-unpaid", jobId, by });
  const chargeNoOutput = (by = client): JobOperation => ({ type: "charge-no-output", jobId, by });
  const chargeInvalid = (
    change: Partial<Extract<JobOperation, { type: "charge-invalid-output" }>> = {},
  ): JobOperation => ({
    type: "charge-invalid-output",
    jobId,
    by: client,
    claim,
    salt,
    nonce,
    evidence: lies,
    ...change,
  });
  const retest = (evidence: readonly [number, number][]): JobOperation => ({ type: "retest", jobId, evidence });
  const open = (tokens = outputTokens, withSalt = salt): JobOperation => ({
    type: "open",
    jobId,
    outputTokens: tokens,
    salt: withSalt,
  });
  const simple = (type: "resolve" | "settle" | "discard"): JobOperation => ({ type, jobId });

  /** The pool's jobs after these steps, all of which must be accepted. */
  const after = (...steps: readonly (JobOperation | Timed)[]): { jobs: JobRecord[] } => {
    const pool = new JobPool({ rules, parameters: preset });
    for (const step of steps) {
      const { job, ...moment } = timed("type" in step ? { job: step, nowMs: createdMs } : step);
      const applied = pool.apply(job, moment);
      if (!applied.ok) throw new Error(`${revision}, building a state: ${applied.rejection.message}`);
    }
    return { jobs: [...pool.records()] };
  };

  const committed = [create(), accept(anna), accept(bert), commit(anna)];
  const paid = [...committed, commit(bert), pay(anna)];
  const delivered = [...paid, deliver(anna)];
  const at = (job: JobOperation, nowMs: number): Timed => ({ job, nowMs });
  const states = {
    empty: after(),
    created: after(create()),
    accepted: after(create(), accept(anna)),
    committed: after(...committed),
    bothCommitted: after(...committed, commit(bert)),
    paid: after(...paid),
    delivered: after(...delivered),
    chargedUnpaid: after(...committed, commit(bert), at(chargeUnpaid(anna), chargedMs)),
    chargedNoOutput: after(...paid, at(chargeNoOutput(), chargedMs)),
    chargedInvalid: after(...delivered, at(chargeInvalid(), chargedMs)),
    settled: after(...delivered, at(simple("settle"), earliestMs)),
    voided: after(...paid, at(chargeNoOutput(), chargedMs), at(simple("resolve"), chargedMs + windowMs)),
    discarded: after(create(), { job: simple("discard"), heightBlocks: discardHeight + 1 }),
    replaceable: rules.replacement === "any" ? after(...committed, commit(bert), pay(anna, 5)) : after(...paid),
  };
  return {
    rules,
    salt,
    create,
    accept,
    commit,
    pay,
    deliver,
    chargeUnpaid,
    chargeNoOutput,
    chargeInvalid,
    retest,
    open,
    simple,
    after,
    at,
    states,
    committed,
    paid,
    delivered,
  };
}

type World = ReturnType<typeof world>;
type State = keyof World["states"];

const jobPoolCases = (revision: Revision): CaseDraft[] => {
  const w = world(revision);
  const {
    create,
    accept,
    commit,
    pay,
    deliver,
    chargeUnpaid,
    chargeNoOutput,
    chargeInvalid,
    retest,
    open,
    simple,
    at,
  } = w;
  const literal = revision === "2023.1";
  const cases: CaseDraft[] = [];
  const on = (
    state: State | { jobs: JobRecord[] },
    name: string,
    operation: JobOperation | Timed,
    expect = "accepted",
  ) => {
    const pre = typeof state === "string" ? w.states[state] : state;
    cases.push({
      name,
      pre: pre as unknown as Json,
      operation: timed("type" in operation ? { job: operation } : operation) as unknown as Json,
      expect,
    });
  };
  const bounded = literal ? "accepted" : "timestamp-skew";
  const skew = preset.maxClockSkewMs;

  on("empty", "create", at(create(), createdMs));
  on("created", "create: the same job again", at(create(), createdMs), "job-known");
  on("settled", "create: a settled job again", at(create(), createdMs), "job-known");
  on("empty", "create: an escrow of 1 unit", at(create({ escrowUnits: 1 }), createdMs));
  on("empty", "create: an empty escrow", at(create({ escrowUnits: 0 }), createdMs), "escrow-empty");
  on("empty", "create: a timestamp as far in the past as allowed", at(create(), createdMs + skew));
  on("empty", "create: a timestamp 1 ms further in the past", at(create(), createdMs + skew + 1), bounded);
  on("empty", "create: a timestamp as far in the future as allowed", at(create(), createdMs - skew));
  on("empty", "create: a timestamp 1 ms further in the future", at(create(), createdMs - skew - 1), bounded);
  on("empty", "create: a timelock after the ten minutes", at(create({ timelockMs: earliestMs + 1 }), createdMs));
  on("empty", "create: a timelock before the ten minutes", at(create({ timelockMs: earliestMs - 1 }), createdMs));

  for (const [type, job] of Object.entries({
    accept: accept(anna),
    commit: commit(anna),
    pay: pay(anna),
    deliver: deliver(anna),
    "charge-unpaid": chargeUnpaid(anna),
    "charge-no-output": chargeNoOutput(),
    "charge-invalid-output": chargeInvalid(),
    retest: retest(truth),
    open: open(),
    resolve: simple("resolve"),
    settle: simple("settle"),
    discard: simple("discard"),
  })) {
    on("empty", `${type}: an unknown job`, job, "job-unknown");
    for (const over of ["settled", "voided", "discarded"] as const) on(over, `${type}: a ${over} job`, job, "job-over");
  }

  on("created", "accept: the first", accept(anna));
  on("accepted", "accept: a second node", accept(bert));
  on("accepted", "accept: the same node again", accept(anna), "acceptance-known");
  on("committed", "accept: after a commitment", accept(carl));
  on("paid", "accept: after the payment", accept(carl), "job-paid");
  on("chargedUnpaid", "accept: while a charge is open", accept(carl));
  const three = w.after(create(), accept(anna), accept(bert), accept(carl));
  on(w.after(create(), accept(anna), accept(bert)), "accept: the last that a pool keeps", accept(carl));
  on(three, "accept: one more than a pool keeps", accept(dora), "acceptances-full");

  on("accepted", "commit: a stake as high as the escrow", commit(anna, 1001));
  on("accepted", "commit: a stake one unit lower", commit(anna, 1000), "stake-too-low");
  on("accepted", "commit: a higher stake", commit(anna, 5000));
  on("accepted", "commit: by a node that has not accepted", commit(bert), "not-accepted");
  on("created", "commit: before any acceptance", commit(anna), "not-accepted");
  on("committed", "commit: the same node again", commit(anna), "commitment-known");
  on("committed", "commit: a second node", commit(bert));
  on(w.after(...w.committed, pay(anna)), "commit: after the payment", commit(bert), "job-paid");
  on("chargedUnpaid", "commit: while a charge is open", commit(anna), "commitment-known");
  on(w.after(...w.committed, chargeUnpaid(anna)), "commit: a second node while the first charges", commit(bert));

  on("committed", "pay: with the highest sequence", pay(anna));
  on(
    "committed",
    "pay: one below the highest sequence",
    pay(anna, finalSequence - 1),
    literal ? "accepted" : "sequence-not-final",
  );
  on("committed", "pay: with sequence 1", pay(anna, 1), literal ? "accepted" : "sequence-not-final");
  on("committed", "pay: with the funding's sequence 0", pay(anna, 0), "sequence-not-higher");
  on("bothCommitted", "pay: the node that committed second", pay(bert));
  on("committed", "pay: a node that has accepted only", pay(bert), "no-commitment");
  on("created", "pay: before any commitment", pay(anna), "no-commitment");
  on("paid", "pay: again with the same sequence", pay(bert, finalSequence, "f2".repeat(32)), "sequence-not-higher");
  on(
    "replaceable",
    "pay: redirected to another node by a higher sequence",
    pay(bert, literal ? 6 : finalSequence, "f2".repeat(32)),
    literal ? "accepted" : "sequence-not-higher",
  );
  on(
    "replaceable",
    "pay: redirected by an equal sequence",
    pay(bert, literal ? 5 : finalSequence, "f2".repeat(32)),
    "sequence-not-higher",
  );
  on("chargedUnpaid", "pay: answers the charge of not paying", at(pay(anna), chargedMs));
  on("chargedUnpaid", "pay: to another node answers it too", at(pay(bert), chargedMs));
  on("chargedUnpaid", "pay: in the last moment of the window", at(pay(anna), chargedMs + windowMs - 1));
  on("chargedUnpaid", "pay: at the end of the window", at(pay(anna), chargedMs + windowMs), "job-disputed");
  if (literal) {
    const redirectable = [...w.committed, commit(bert), pay(anna, 5)];
    on(
      w.after(...redirectable, at(chargeNoOutput(), chargedMs)),
      "pay: redirected while the charge of withholding is open",
      pay(bert, 6, "f2".repeat(32)),
      "job-disputed",
    );
    on(
      w.after(...redirectable, deliver(anna)),
      "pay: redirected after the delivery, which no longer counts",
      pay(bert, 6, "f2".repeat(32)),
    );
  }

  on("paid", "deliver", deliver(anna));
  on("paid", "deliver: by a node that was not paid", deliver(bert), "not-paid");
  on("committed", "deliver: before the payment", deliver(anna), "not-paid");
  on("delivered", "deliver: again", deliver(anna), "delivery-known");
  on("chargedNoOutput", "deliver: while the charge of withholding is open", at(deliver(anna), chargedMs));
  on("chargedNoOutput", "deliver: in the last moment of the window", at(deliver(anna), chargedMs + windowMs - 1));
  on(
    "chargedNoOutput",
    "deliver: at the end of the window",
    at(deliver(anna), chargedMs + windowMs),
    "dispute-window-over",
  );

  on(
    w.after(...w.committed, chargeUnpaid(anna), pay(anna)),
    "charge-no-output: after the node's own charge was answered",
    chargeNoOutput(),
  );
  if (literal)
    on(
      w.after(
        ...w.committed,
        commit(bert),
        pay(anna, 5),
        chargeNoOutput(),
        deliver(anna),
        pay(bert, 6, "f2".repeat(32)),
      ),
      "charge-no-output: of another node than the one that has answered",
      chargeNoOutput(),
    );

  on("committed", "charge-unpaid: by the node that committed", chargeUnpaid(anna));
  on("committed", "charge-unpaid: by a node that only accepted", chargeUnpaid(bert), "no-commitment");
  on("committed", "charge-unpaid: by the client", chargeUnpaid(client), "no-commitment");
  on("paid", "charge-unpaid: though the payment exists", chargeUnpaid(anna), "payment-exists");
  on("paid", "charge-unpaid: by the node that was passed over", chargeUnpaid(bert), "payment-exists");
  on("chargedUnpaid", "charge-unpaid: a second charge", chargeUnpaid(bert), "job-disputed");

  on("paid", "charge-no-output", chargeNoOutput());
  on("paid", "charge-no-output: by somebody else", chargeNoOutput(bert), "not-the-client");
  on("committed", "charge-no-output: without having paid", chargeNoOutput(), "not-paid");
  on(
    "delivered",
    "charge-no-output: though a delivery was seen",
    chargeNoOutput(),
    literal ? "delivery-exists" : "accepted",
  );
  on(
    "chargedInvalid",
    "charge-no-output: while another charge is open",
    chargeNoOutput(),
    literal ? "delivery-exists" : "job-disputed",
  );
  const answeredNoOutput = literal
    ? w.after(...w.paid, at(chargeNoOutput(), chargedMs), at(deliver(anna), chargedMs))
    : w.after(...w.paid, at(chargeNoOutput(), chargedMs), at(open(), chargedMs));
  on(
    answeredNoOutput,
    "charge-no-output: after it was answered",
    chargeNoOutput(),
    literal ? "delivery-exists" : "charge-dismissed",
  );

  on("delivered", "charge-invalid-output: the model would not have ended there", chargeInvalid());
  on("delivered", "charge-invalid-output: by somebody else", chargeInvalid({ by: bert }), "not-the-client");
  on("committed", "charge-invalid-output: without having paid", chargeInvalid(), "not-paid");
  on(
    "delivered",
    "charge-invalid-output: evidence by which the output passes",
    chargeInvalid({ evidence: truth }),
    "output-passes",
  );
  on(
    "delivered",
    "charge-invalid-output: evidence missing",
    chargeInvalid({ evidence: [] }),
    "rastic-evidence-missing",
  );
  on(
    "delivered",
    "charge-invalid-output: another output than the committed one",
    chargeInvalid({ claim: { ...claim, outputTokens: [104, 2] } }),
    "opening-mismatch",
  );
  on(
    "delivered",
    "charge-invalid-output: another limit than the job's",
    chargeInvalid({ claim: { ...claim, tokenLimit: 15 } }),
    "token-limit-mismatch",
  );
  on("delivered", "charge-invalid-output: salt of 31 bytes", chargeInvalid({ salt: "5a".repeat(31) }), "salt-length");
  on(
    "delivered",
    "charge-invalid-output: a nonce of 31 bytes",
    chargeInvalid({ nonce: "99".repeat(31) }),
    "nonce-length",
  );
  on(
    "delivered",
    "charge-invalid-output: another nonce",
    chargeInvalid({ nonce: "98".repeat(32) }),
    literal ? "accepted" : "nonce-mismatch",
  );
  on(
    "delivered",
    "charge-invalid-output: no input token",
    chargeInvalid({ claim: { ...claim, inputTokens: [] } }),
    "rastic-empty-input",
  );
  const cutOff = [104, 105, 106];
  const cutOffClaim = { ...claim, outputTokens: cutOff };
  const committedCutOff = [create(), accept(anna), commit(anna, 1001, cutOff), pay(anna), deliver(anna)];
  on(
    w.after(...committedCutOff),
    "charge-invalid-output: a text that was cut off needs no evidence",
    chargeInvalid({ claim: cutOffClaim, evidence: [] }),
  );

  on("chargedInvalid", "retest: the output passes", retest(truth));
  on("chargedInvalid", "retest: the output fails", retest(lies));
  on("chargedInvalid", "retest: an index missing", retest(truth.filter(([i]) => i !== 8)), "rastic-evidence-missing");
  on("chargedInvalid", "retest: in the last moment of the window", at(retest(truth), chargedMs + windowMs - 1));
  on(
    "chargedInvalid",
    "retest: at the end of the window",
    at(retest(truth), chargedMs + windowMs),
    "dispute-window-over",
  );
  on("delivered", "retest: nothing to answer", retest(truth), "no-dispute");
  on("chargedUnpaid", "retest: another charge is open", retest(truth), "wrong-answer");
  on(
    w.after(...committedCutOff, at(chargeInvalid({ claim: cutOffClaim, evidence: [] }), chargedMs)),
    "retest: a text that was cut off cannot be saved",
    retest(truth),
  );
  on(
    w.after(...w.delivered, at(chargeInvalid(), chargedMs), at(retest(truth), chargedMs)),
    "charge-invalid-output: after a re-test dismissed it",
    chargeInvalid(),
    "charge-dismissed",
  );

  on("chargedNoOutput", "open: the committed output", open(), literal ? "proof-unknown" : "accepted");
  on("chargedNoOutput", "open: another output", open([104, 2]), literal ? "proof-unknown" : "opening-mismatch");
  on(
    "chargedNoOutput",
    "open: another salt",
    open(outputTokens, literal ? "" : "5b".repeat(32)),
    literal ? "proof-unknown" : "opening-mismatch",
  );
  on("chargedNoOutput", "open: at the end of the window", at(open(), chargedMs + windowMs), "dispute-window-over");
  on("chargedUnpaid", "open: another charge is open", open(), "wrong-answer");
  on("paid", "open: nothing to answer", open(), "no-dispute");

  for (const state of ["chargedUnpaid", "chargedNoOutput", "chargedInvalid"] as const) {
    on(
      state,
      `resolve: ${state}, in the last moment of the window`,
      at(simple("resolve"), chargedMs + windowMs - 1),
      "dispute-window-open",
    );
    on(state, `resolve: ${state}, at the end of the window`, at(simple("resolve"), chargedMs + windowMs));
    on(state, `settle: ${state}`, at(simple("settle"), earliestMs), "job-disputed");
    on(state, `discard: ${state}`, { job: simple("discard"), heightBlocks: discardHeight + 1 }, "job-disputed");
  }
  on("paid", "resolve: nothing to resolve", at(simple("resolve"), earliestMs), "no-dispute");

  on("paid", "settle: 1 ms before the ten minutes are over", at(simple("settle"), earliestMs - 1), "too-early");
  on("paid", "settle: when the ten minutes are over", at(simple("settle"), earliestMs));
  on("delivered", "settle: after the delivery", at(simple("settle"), earliestMs));
  on("bothCommitted", "settle: unpaid", at(simple("settle"), earliestMs), "not-paid");
  const late = [create({ timelockMs: earliestMs + 5 }), accept(anna), commit(anna), pay(anna)];
  on(w.after(...late), "settle: 1 ms before the timelock", at(simple("settle"), earliestMs + 4), "too-early");
  on(w.after(...late), "settle: at the timelock", at(simple("settle"), earliestMs + 5));
  on(answeredNoOutput, "settle: after a charge was answered", at(simple("settle"), earliestMs));

  on("created", "discard: at the discard height", { job: simple("discard"), heightBlocks: discardHeight }, "too-early");
  on("created", "discard: above the discard height", { job: simple("discard"), heightBlocks: discardHeight + 1 });
  on("bothCommitted", "discard: a completed job", { job: simple("discard"), heightBlocks: discardHeight + 1 });
  on(
    "paid",
    "discard: a paid job",
    { job: simple("discard"), heightBlocks: discardHeight + 1 },
    literal ? "accepted" : "job-paid",
  );
  return cases;
};

const commitmentCases = (revision: Revision): CaseDraft[] => {
  const salted = revision === "2026.1";
  const salt = salted ? "5a".repeat(32) : "";
  const commits = (name: string, change: object, expect = "accepted"): CaseDraft => ({
    name,
    operation: { jobId, rewardTo: client, outputTokens, salt, ...change },
    expect,
  });
  return [
    commits("five tokens", {}),
    commits("no tokens", { outputTokens: [] }),
    commits("the largest token", { outputTokens: [0xffff_ffff] }),
    commits("a token of 2^32", { outputTokens: [1, 2 ** 32] }, "output-token"),
    commits("a token of -1", { outputTokens: [-1] }, "output-token"),
    commits("a salt of 31 bytes", { salt: "5a".repeat(31) }, "salt-length"),
    commits(salted ? "no salt" : "a salt of 32 bytes", { salt: salted ? "" : "5a".repeat(32) }, "salt-length"),
    commits("another job", { jobId: "11".repeat(32) }),
    commits("another reward address", { rewardTo: anna }),
  ];
};

const randomnessCases = (revision: Revision): CaseDraft[] => {
  const expected = revision === "2026.1" ? nonceHash(hexToBytes(nonce)) : null;
  const derives = (name: string, change: object, expect = "accepted"): CaseDraft => ({
    name,
    operation: { commitmentHash: "cc".repeat(32), nonce, nonceHash: expected, ...change },
    expect,
  });
  const bound = revision === "2026.1" ? "nonce-mismatch" : "accepted";
  return [
    derives("a commitment and its job's nonce", {}),
    derives("another commitment", { commitmentHash: "cd".repeat(32) }),
    derives("another nonce than the job's", { nonce: "98".repeat(32) }, bound),
    derives("a job without a nonce", { nonceHash: null }, bound),
    derives("a nonce of 31 bytes", { nonce: "99".repeat(31) }, "nonce-length"),
    derives("a nonce of 33 bytes", { nonce: bytesToHex(new Uint8Array(33)) }, "nonce-length"),
  ];
};

export const jobPoolFiles: readonly FileDraft[] = [
  {
    file: "job-pool",
    rule: "job-pool",
    about:
      "The life of a job, disputes included (whitepaper 2.4). Minimal preset: the ten minutes are ten seconds, the window for counter-proofs is one.",
    cases: jobPoolCases,
  },
  {
    file: "output-commitment",
    rule: "output-commitment",
    about: "What a node signs before it is paid (whitepaper 2.4, step 3); salted in 2026.1.",
    cases: commitmentCases,
  },
  {
    file: "verification-randomness",
    rule: "verification-randomness",
    about: "Where the checked indices come from (section 2.5); bound to commitment and job in 2026.1.",
    cases: randomnessCases,
  },
];
