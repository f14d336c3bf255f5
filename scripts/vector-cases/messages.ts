/** Vectors of messages: their wire form, and what a node checks before a message changes anything. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { coinbase, genesisBlock } from "../../src/protocol/chain/block.ts";
import { commitmentHash } from "../../src/protocol/jobs/commitment.ts";
import { jobId } from "../../src/protocol/jobs/job.ts";
import type { JobRecord } from "../../src/protocol/jobs/job-record.ts";
import type { Json } from "../../src/protocol/json.ts";
import { encodeMessage, everybody, type JobCompleted, type Message } from "../../src/protocol/messages/message.ts";
import { type SignedMessage, signMessage, type Unsigned } from "../../src/protocol/messages/signed.ts";
import type { Revision } from "../../src/protocol/revisions.ts";
import { finalSequence, type Transaction, transactionId } from "../../src/protocol/transaction.ts";
import type { CaseDraft, FileDraft } from "./draft.ts";
import { exampleJob } from "./jobs.ts";
import { client, locks, miner, node, pays, signed, spends, thief, toHex, type Wallet } from "./wallets.ts";

const toWire = (message: Message, sender: Wallet = client, receiver = everybody): string =>
  bytesToHex(encodeMessage({ sender: sender.keyHash, receiver, message }));
const by = <const Content extends Unsigned<SignedMessage>>(who: Wallet, content: Content) =>
  signMessage(content, who.secretKey);

/** One job's messages: client and node have 1000 units each in a coinbase; the job is worth 400, the node stakes 500. */
function story(revision: Revision) {
  const job = exampleJob(revision);
  const id = jobId(job);
  const minted = coinbase(5, [pays(client, 1000), pays(node, 1000), pays(thief, 1000)]);
  const escrow = locks({ kind: "escrow", jobId: id }, 400);
  const stake = locks({ kind: "testament", jobId: id, node: node.keyHash }, 500);
  const funding = signed(client, [spends(minted)], [escrow, pays(client, 590)], { jobId: id });
  const testament = signed(node, [spends(minted, 1, finalSequence)], [stake, pays(node, 490)], { jobId: id });
  const payment = signed(client, [spends(minted, 0, finalSequence)], [pays(miner, 400), pays(client, 590)], {
    jobId: id,
  });
  const outputHash = "0f".repeat(32);
  const rewardTo = miner.keyHash;
  const completed: Unsigned<JobCompleted> = { type: "job-completed", jobId: id, outputHash, rewardTo, testament };
  const record: JobRecord = {
    jobId: id,
    stage: "completed",
    client: client.keyHash,
    tokenLimit: job.tokenLimit,
    nonceHash: job.terms?.nonceHash ?? null,
    fundingId: transactionId(funding),
    escrowUnits: 400,
    earliestBlockMs: 1_010_000,
    discardAfterHeight: 54,
    acceptances: [node.keyHash],
    commitments: [
      {
        node: node.keyHash,
        commitmentHash: commitmentHash({ jobId: id, outputHash, rewardTo }),
        rewardTo,
        testamentId: transactionId(testament),
        stakeUnits: 500,
      },
    ],
    payment: null,
    delivered: false,
    dispute: null,
    dismissed: [],
    ruling: null,
  };
  return { job, id, minted, escrow, stake, funding, testament, payment, outputHash, rewardTo, completed, record };
}

type Story = ReturnType<typeof story>;

const invalidCharge = ({ id }: Story, salt: string) =>
  ({
    type: "charge-invalid-output",
    jobId: id,
    salt,
    outputTokens: [104, 105, 2],
    nonce: "99".repeat(32),
    evidence: [
      [4, 104],
      [6, 7],
    ],
  }) as const;

function everyMessage(revision: Revision): Message[] {
  const s = story(revision);
  const { id } = s;
  const salt = revision === "2026.1" ? "5a".repeat(32) : "";
  const request = { jobId: id, seed: 7, inputTokens: [100, 101], outputTokens: [104, 105], sequenceIndex: 3 };
  return [
    { type: "job-created", job: s.job, funding: s.funding },
    by(node, { type: "job-accepted", jobId: id }),
    by(node, s.completed),
    { type: "get-job", jobId: id },
    { type: "job", job: s.job },
    { type: "payment", node: node.keyHash, payment: s.payment },
    by(node, { type: "output", jobId: id, sealed: "5e".repeat(70) }),
    { type: "verify-request", ...request },
    by(miner, { type: "verify-answer", jobId: id, sequenceIndex: 3, hash: "ab".repeat(32) }),
    by(miner, { type: "verify-opening", jobId: id, sequenceIndex: 3, salt: "5b".repeat(32), token: 105 }),
    by(node, { type: "charge", jobId: id, charge: "unpaid" }),
    by(client, invalidCharge(s, salt)),
    { type: "commitment-opened", jobId: id, salt, outputTokens: [104, 105, 2] },
    { type: "transaction", transaction: s.payment },
    { type: "block", block: genesisBlock(1_000_000, [pays(client, 1000)]) },
    { type: "get-peers" },
    { type: "peers", peers: [{ host: "seed.example", port: 8333, lastSeenMs: 999_000, services: 9 }] },
  ];
}

const decodeCases = (revision: Revision): CaseDraft[] => {
  const decodes = (name: string, message: string, expect = "accepted"): CaseDraft => ({
    name,
    operation: { message },
    expect,
  });
  const header = client.keyHash + everybody;
  const s = story(revision);
  const accepted = toWire(by(node, { type: "job-accepted", jobId: s.id }), node);
  const charge = toWire(by(node, { type: "charge", jobId: s.id, charge: "no-output" }), node);
  const kind = 2 * (20 + 20 + 1 + 1 + 32);
  return [
    ...everyMessage(revision).map((message) => decodes(message.type, toWire(message))),
    decodes("charge of withholding", charge),
    decodes("to one receiver", toWire({ type: "get-peers" }, client, node.keyHash)),
    decodes("no bytes", "", "truncated"),
    decodes("a header without its payload's length", `${header}10`, "truncated"),
    decodes("message type 0", `${header}0000`, "message-type"),
    decodes("the first message type that is none", `${header}1200`, "message-type"),
    decodes("a payload shorter than its length says", accepted.slice(0, -2), "truncated"),
    decodes("a byte after the payload", `${accepted}00`, "trailing-bytes"),
    decodes("a payload longer than its content", `${header}100100`, "trailing-bytes"),
    decodes("a payload longer than any may be", `${header}10fe01000001`, "length-too-large"),
    decodes("a payload length in five bytes where one would do", `${header}10fe00000000`, "varint-not-minimal"),
    decodes("a charge of an unknown kind", `${charge.slice(0, kind)}02${charge.slice(kind + 2)}`, "charge-kind"),
    decodes("more peers than bytes", `${header}1101ff`, "truncated"),
    decodes("more peers than could fit", `${header}110105`, "count-too-large"),
  ];
};

const checkCases = (revision: Revision): CaseDraft[] => {
  const s = story(revision);
  const { id, minted, escrow, stake } = s;
  const literal = revision === "2023.1";
  const salt = literal ? "" : "5a".repeat(32);
  const nothing = { record: null, funding: null, tokenised: null };
  const checks = (name: string, message: Message, expect = "accepted", pre: object = {}): CaseDraft => ({
    name,
    pre: { ...nothing, ...(pre as { [key: string]: Json }) },
    operation: { message: toWire(message) },
    expect,
  });

  const creates = (name: string, funding: Transaction, expect = "accepted"): CaseDraft =>
    checks(`job-created: ${name}`, { type: "job-created", job: s.job, funding }, expect);
  const funds = (outputs: Transaction["outputs"], change: Partial<Transaction> = {}, who = client): Transaction =>
    signed(who, [spends(minted)], outputs, { jobId: id, ...change });
  const { inputs } = s.funding;
  const scriptSig = inputs[0]!.scriptSig;
  const changed = (byte: string) => ({
    ...s.funding,
    inputs: [{ ...inputs[0]!, scriptSig: scriptSig.slice(0, -2) + byte }],
  });
  const lastByte = scriptSig.slice(-2);

  const completes = (
    name: string,
    change: Partial<Unsigned<JobCompleted>>,
    expect = "accepted",
    who = node,
  ): CaseDraft => checks(`job-completed: ${name}`, by(who, { ...s.completed, ...change }), expect);
  const stakes = (outputs: Transaction["outputs"], sequence = finalSequence, who = node, output = 1): Transaction =>
    signed(who, [spends(minted, output, sequence)], outputs, { jobId: id });

  const known = { record: s.record, funding: toHex(s.funding) };
  const paysFor = (
    name: string,
    payment: Transaction,
    expect = "accepted",
    pre: object = known,
    to = node,
  ): CaseDraft => checks(`payment: ${name}`, { type: "payment", node: to.keyHash, payment }, expect, pre);
  const update = (outputs: Transaction["outputs"], change: Partial<Transaction> = {}): Transaction =>
    signed(client, [spends(minted, 0, finalSequence)], outputs, { jobId: id, ...change });

  const accepted = by(node, { type: "job-accepted", jobId: id });
  const tokenised = { inputTokens: [100, 101, 102, 103], endTokens: [2] };
  const charged = by(client, invalidCharge(s, salt));
  return [
    creates("the client funds its job", s.funding),
    creates("two escrow outputs", funds([escrow, escrow]), "job-escrow"),
    creates("no escrow output", funds([pays(client, 400)]), "job-escrow"),
    creates("funding of another job", funds([pays(client, 400)], { jobId: "11".repeat(32) }), "transaction-job"),
    creates("funding signed with the wrong key", funds([escrow], {}, thief), "transaction-owner"),
    creates("a signature changed", changed(lastByte === "00" ? "01" : "00"), "transaction-unsigned"),
    creates("no signature", { ...s.funding, inputs: [{ ...inputs[0]!, scriptSig: "" }] }, "transaction-owner"),
    creates("an output of nothing", funds([escrow, pays(client, 0)]), "output-value"),
    checks(
      "job-created: a job of the other revision",
      { type: "job-created", job: exampleJob(literal ? "2026.1" : "2023.1"), funding: s.funding },
      "job-version",
    ),

    checks("job-accepted: signed by its node", accepted),
    checks("job-accepted: replayed for another job", { ...accepted, jobId: "11".repeat(32) }, "message-signature"),
    checks("job-accepted: somebody else's key", { ...accepted, publicKey: thief.publicKey }, "message-signature"),
    checks(
      "job-accepted: a key that is no point",
      { ...accepted, publicKey: `02${"00".repeat(32)}` },
      "message-signature",
    ),
    checks(
      "charge: an acceptance's signature moved to another message",
      { type: "charge", jobId: id, charge: "unpaid", publicKey: accepted.publicKey, signature: accepted.signature },
      "message-signature",
    ),
    checks("output: signed by its node", by(node, { type: "output", jobId: id, sealed: "5e".repeat(70) })),
    checks("charge: signed by its node", by(node, { type: "charge", jobId: id, charge: "unpaid" })),
    checks(
      "verify-answer: the signed index changed",
      { ...by(miner, { type: "verify-answer", jobId: id, sequenceIndex: 3, hash: "ab".repeat(32) }), sequenceIndex: 4 },
      "message-signature",
    ),

    completes("a commitment and its testament", {}),
    completes("somebody else's testament", {}, "transaction-owner", thief),
    completes("no stake", { testament: stakes([pays(node, 500)]) }, "job-stake"),
    completes("two stakes", { testament: stakes([stake, stake]) }, "job-stake"),
    completes(
      "a stake in another node's name",
      { testament: stakes([locks({ kind: "testament", jobId: id, node: thief.keyHash }, 500)]) },
      "job-stake",
    ),
    completes("an escrow in the stake's place", { testament: stakes([escrow]) }, "job-stake"),
    completes(
      "a testament that could be replaced",
      { testament: stakes([stake], finalSequence - 1) },
      literal ? "accepted" : "testament-replaceable",
    ),
    completes(
      "one of two inputs that could be replaced",
      {
        testament: signed(node, [spends(minted, 1, finalSequence), spends(s.testament, 1, 0)], [stake], { jobId: id }),
      },
      literal ? "accepted" : "testament-replaceable",
    ),
    checks(
      "job-completed: the reward address changed after signing",
      { ...by(node, s.completed), rewardTo: thief.keyHash },
      "message-signature",
    ),

    paysFor("the committed node's reward address", s.payment),
    paysFor("more than the escrow", update([pays(miner, 401)])),
    paysFor("the reward in two outputs", update([pays(miner, 150), pays(miner, 250)])),
    paysFor("one unit less than the escrow", update([pays(miner, 399)]), "payment-amount"),
    paysFor("the node's own address instead of its reward address", update([pays(node, 400)]), "payment-amount"),
    paysFor("an escrow output does not pay", update([escrow]), "payment-amount"),
    paysFor("a node without a commitment", s.payment, "no-commitment", known, thief),
    paysFor(
      "from other money than the funding's",
      signed(client, [spends(s.funding, 1, finalSequence)], [pays(miner, 400)], { jobId: id }),
      "payment-other-money",
    ),
    paysFor(
      "from more of the client's money than the funding's",
      signed(client, [spends(minted, 0, finalSequence), spends(s.payment, 1, finalSequence)], [pays(miner, 400)], {
        jobId: id,
      }),
    ),
    paysFor("for another job", update([pays(miner, 400)], { jobId: "11".repeat(32) }), "transaction-job"),
    paysFor(
      "from somebody else's money",
      signed(thief, [spends(minted, 2, finalSequence)], [pays(miner, 400)], { jobId: id }),
      "transaction-owner",
    ),

    checks("charge-invalid-output: signed by the client", charged, "accepted", { record: s.record, tokenised }),
    checks(
      "charge-invalid-output: a reference token changed",
      {
        ...charged,
        evidence: [
          [4, 104],
          [6, 8],
        ],
      },
      "message-signature",
      { record: s.record, tokenised },
    ),
  ];
};

export const messageFiles: readonly FileDraft[] = [
  {
    file: "message-decode",
    rule: "message-decode",
    about: "The wire form of messages: header {sender, receiver, type, payload length} and payload (whitepaper 2.1).",
    cases: decodeCases,
  },
  {
    file: "message-check",
    rule: "message-check",
    about:
      "From a message to the operation it is, or whose it is (whitepaper 2.4). `pre` holds what a node must know to check a payment (record and funding) or a charge (record and the job's input, tokenised).",
    cases: checkCases,
  },
];
