/** Vectors of job parameters, of encrypted outputs, and of outsourced verification. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { encodeJob, type Job } from "../../src/protocol/jobs/job.ts";
import { sealOutput } from "../../src/protocol/jobs/output-encryption.ts";
import type { Json } from "../../src/protocol/json.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import type { Revision } from "../../src/protocol/revisions.ts";
import type { Inquiry } from "../../src/protocol/verification/inquiry.ts";
import { answerCommitment, bareTokenHash } from "../../src/protocol/verification/token-answer.ts";
import type { CaseDraft, FileDraft } from "./draft.ts";
import { client, miner, node, thief } from "./wallets.ts";

const preset = parameters("minimal");

/** A job as a client of this revision writes it. */
export function exampleJob(revision: Revision, change: Partial<Job> = {}): Job {
  return {
    input: "Once upon a time",
    seed: 7,
    tokenLimit: 16,
    timestampMs: 1_000_000,
    timelockMs: 0,
    clientHost: "client.example",
    clientPort: 8333,
    clientPublicKey: client.publicKey,
    model: "ggml-alpaca-7b-q4",
    terms:
      revision === "2023.1"
        ? null
        : {
            modelRoot: "4d".repeat(32),
            sampling: { sampler: "gumbel", temperaturePerMille: 200, topK: 40, topPPerMille: 100 },
            nonceHash: "9a".repeat(32),
          },
    ...change,
  };
}

const jobCases = (revision: Revision): CaseDraft[] => {
  const whole = bytesToHex(encodeJob(exampleJob(revision)));
  const decodes = (name: string, job: string, expect = "accepted"): CaseDraft => ({ name, operation: { job }, expect });
  const cut = (bytes: number): string => whole.slice(0, 2 * bytes);
  const version = whole.slice(0, 2);
  const emptyInput = bytesToHex(encodeJob(exampleJob(revision, { input: "" })));
  const cases = [
    decodes("a job", whole),
    decodes(
      "an input with characters of one to four bytes",
      bytesToHex(encodeJob(exampleJob(revision, { input: "aä€🐪" }))),
    ),
    decodes("an empty input", emptyInput),
    decodes("no bytes", "", "truncated"),
    decodes("its last byte missing", cut(whole.length / 2 - 1), "truncated"),
    decodes("cut inside the input", cut(6), "truncated"),
    decodes("a byte too many", `${whole}00`, "trailing-bytes"),
    decodes("version 0", `00${whole.slice(2)}`, "job-version"),
    decodes("version 3", `03${whole.slice(2)}`, "job-version"),
    decodes(
      "an input length in three bytes where one would do",
      `${version}fd0000${emptyInput.slice(4)}`,
      "varint-not-minimal",
    ),
    decodes("an input that is not UTF-8", `${version}01ff${emptyInput.slice(4)}`, "invalid-utf8"),
    decodes("an input of more than a mebibyte", `${version}fe01001000`, "length-too-large"),
  ];
  if (revision === "2023.1") return cases;
  const sampler = whole.length - 2 * (32 + 2 + 4 + 4 + 1);
  return [
    ...cases,
    decodes("sampler 0", `${whole.slice(0, sampler)}00${whole.slice(sampler + 2)}`),
    decodes("sampler 2", `${whole.slice(0, sampler)}02${whole.slice(sampler + 2)}`, "job-sampler"),
  ];
};

const jobCheckCases = (revision: Revision): CaseDraft[] => {
  const other: Revision = revision === "2023.1" ? "2026.1" : "2023.1";
  const checks = (name: string, change: Partial<Job>, expect = "accepted"): CaseDraft => ({
    name,
    operation: { job: bytesToHex(encodeJob(exampleJob(revision, change))) },
    expect,
  });
  const cases = [
    checks("a job", {}),
    {
      name: "a job of the other revision",
      operation: { job: bytesToHex(encodeJob(exampleJob(other))) },
      expect: "job-version",
    },
    checks("an empty input", { input: "" }, "job-input-length"),
    checks("an input of one byte", { input: "a" }),
    checks("the longest input", { input: "a".repeat(preset.maxInputBytes) }),
    checks("an input one byte longer", { input: "a".repeat(preset.maxInputBytes + 1) }, "job-input-length"),
    checks("bytes count, not characters", { input: "ä".repeat(preset.maxInputBytes / 2 + 1) }, "job-input-length"),
    checks("no tokens asked for", { tokenLimit: 0 }, "job-token-limit"),
    checks("one token", { tokenLimit: 1 }),
    checks("the most tokens", { tokenLimit: preset.maxTokenLimit }),
    checks("one token more", { tokenLimit: preset.maxTokenLimit + 1 }, "job-token-limit"),
    checks("a key that is no point of the curve", { clientPublicKey: `02${"00".repeat(32)}` }, "job-key"),
    checks("an uncompressed key's first bytes", { clientPublicKey: `04${client.publicKey.slice(2)}` }, "job-key"),
  ];
  const { terms } = exampleJob(revision);
  if (terms === null) return cases;
  const withTopP = (topPPerMille: number) => ({ terms: { ...terms, sampling: { ...terms.sampling, topPPerMille } } });
  return [
    ...cases,
    checks("top-p of 0", withTopP(0), "job-top-p"),
    checks("top-p of 1 thousandth", withTopP(1)),
    checks("top-p of 1000 thousandths", withTopP(1000)),
    checks("top-p of 1001 thousandths", withTopP(1001), "job-top-p"),
  ];
};

const jobId = "10".repeat(32);
const outputTokens = [104, 105, 106, 107, 2];
const saltOf = (revision: Revision): string => (revision === "2026.1" ? "5a".repeat(32) : "");
const sealing = (revision: Revision) => ({
  outputTokens,
  salt: saltOf(revision),
  jobId,
  clientPublicKey: client.publicKey,
  ephemeralSecret: "0e".repeat(32),
});

const sealCases = (revision: Revision): CaseDraft[] => [
  { name: "five tokens", operation: sealing(revision), expect: "accepted" },
  { name: "no tokens", operation: { ...sealing(revision), outputTokens: [] }, expect: "accepted" },
  {
    name: "longer than three hash blocks of key stream",
    operation: { ...sealing(revision), outputTokens: Array.from({ length: 30 }, (_, i) => i) },
    expect: "accepted",
  },
  { name: "another job", operation: { ...sealing(revision), jobId: "11".repeat(32) }, expect: "accepted" },
];

const openCases = (revision: Revision): CaseDraft[] => {
  const salt = saltOf(revision);
  const sealed = bytesToHex(sealOutput({ outputTokens, salt }, jobId, client.publicKey, "0e".repeat(32)));
  const opens = (name: string, change: object, expect = "accepted"): CaseDraft => ({
    name,
    operation: { sealed, jobId, clientSecret: client.secretKey, ...change },
    expect,
  });
  const flip = (byte: number): string => {
    const bytes = hexToBytes(sealed);
    bytes[byte] = bytes[byte]! ^ 1;
    return bytesToHex(bytes);
  };
  return [
    { ...opens("the client opens it", {}), post: { outputTokens, salt } },
    opens("another key", { clientSecret: thief.secretKey }, "sealed-tag"),
    opens("replayed for another job", { jobId: "11".repeat(32) }, "sealed-tag"),
    opens("a bit of the ciphertext flipped", { sealed: flip(33) }, "sealed-tag"),
    opens("a bit of the tag flipped", { sealed: flip(sealed.length / 2 - 1) }, "sealed-tag"),
    opens("the ephemeral key's sign flipped", { sealed: flip(0) }, "sealed-tag"),
    opens("a byte cut off", { sealed: sealed.slice(0, -2) }, "sealed-tag"),
    opens("an ephemeral key that is no point", { sealed: `02${"00".repeat(32)}${sealed.slice(66)}` }, "sealed-point"),
    opens("64 bytes", { sealed: sealed.slice(0, 128) }, "sealed-length"),
    opens("65 bytes of a ciphertext of none", { sealed: sealed.slice(0, 130) }, "sealed-tag"),
  ];
};

const requestCases = (): CaseDraft[] => {
  const claim = { inputTokens: [100, 101, 102, 103], outputTokens, endTokens: [2], tokenLimit: 16 };
  const asks = (name: string, sequenceIndex: number, expect = "accepted"): CaseDraft => ({
    name,
    operation: { jobId, seed: 7, claim, sequenceIndex },
    expect,
  });
  return [
    asks("the first output token", 4),
    asks("a token inside the output", 6),
    asks("the last token", 8),
    asks("an index inside the input", 2),
    asks("the first index with something before it", 1),
    asks("index 0", 0, "request-index"),
    asks("the first index after the sequence", 9, "request-index"),
    asks("half an index", 0.5, "request-index"),
  ];
};

const tokenCases: CaseDraft[] = [0, 1, 255, 256, 50256, 0xffff_ffff].map((token) => ({
  name: `token ${token}`,
  operation: { token },
  expect: "accepted",
}));

const answer = { jobId, sequenceIndex: 6, verifier: node.keyHash, salt: "5b".repeat(32), token: 106 };
const answerCases: CaseDraft[] = Object.entries({
  "an answer": {},
  "another job": { jobId: "11".repeat(32) },
  "another index": { sequenceIndex: 7 },
  "another verifier": { verifier: miner.keyHash },
  "another salt": { salt: "5c".repeat(32) },
  "another token": { token: 107 },
}).map(([name, change]) => ({ name, operation: { ...answer, ...change }, expect: "accepted" }));

const inquiryCases = (revision: Revision): CaseDraft[] => {
  const opened = revision === "2026.1";
  const verifiers = [node, miner, thief].map(({ keyHash }) => keyHash);
  const [first, second, third] = verifiers as [string, string, string];
  const salt = "5b".repeat(32);
  const hashOf = (verifier: string, token: number): string =>
    opened ? answerCommitment({ jobId, sequenceIndex: 6, verifier, salt, token }) : bareTokenHash(token);
  const answered = (verifier: string, token: number, shown = opened) => ({
    verifier,
    hash: hashOf(verifier, token),
    token: shown ? token : null,
  });
  const inquiry = (answers: Inquiry["answers"], change: Partial<Inquiry> = {}): Json => ({
    jobId,
    sequenceIndex: 6,
    claimedToken: 106,
    verifiers,
    quorum: 2,
    answerBeforeMs: 1000,
    openBeforeMs: 2000,
    answers: answers.map((one) => ({ ...one })),
    ...(change as object),
  });
  const endMs = opened ? 2000 : 1000;
  const takes = (name: string, answers: Inquiry["answers"], change: object, expect = "accepted"): CaseDraft => ({
    name,
    pre: inquiry(answers),
    operation: { type: "answer", nowMs: 500, verifier: first, hash: hashOf(first, 106), ...change },
    expect,
  });
  const concludes = (
    name: string,
    answers: Inquiry["answers"],
    post: object | null,
    nowMs = endMs,
    change: Partial<Inquiry> = {},
  ): CaseDraft => ({
    name,
    pre: inquiry(answers, change),
    operation: { type: "conclude", nowMs },
    ...(post === null ? { expect: "inquiry-open" } : { expect: "accepted", post: post as CaseDraft["operation"] }),
  });
  const said = (...tokens: number[]) => tokens.map((token, i) => answered(verifiers[i]!, token));
  const result = (
    verdict: string,
    referenceToken: number | null,
    agreeing: number,
    differing: number,
    silent: number,
  ) => ({
    verdict,
    referenceToken,
    agreeing,
    differing,
    silent,
  });
  const cases = [
    takes("an answer", [], {}),
    takes("an answer in the last moment", [], { nowMs: 999 }),
    takes("an answer at the end of the window", [], { nowMs: 1000 }, "answer-window-over"),
    takes("an answer from somebody who was not asked", [], { verifier: client.keyHash }, "not-asked"),
    takes("a second answer", said(106), {}, "answer-known"),
    concludes("all agree", said(106, 106, 106), result("agrees", 106, 3, 0, 0), 500),
    concludes("one differs", said(106, 106, 7), result("agrees", 106, 2, 1, 0), 500),
    concludes("two give the same other token", said(106, 7, 7), result("differs", opened ? 7 : null, 1, 2, 0), 500),
    concludes("two give different other tokens", said(106, 7, 8), result("differs", null, 1, 2, 0), 500),
    concludes("one agrees, one differs, one is silent", said(106, 7), result("undecided", null, 1, 1, 1)),
    concludes("as many answers as the quorum", said(106, 106), result("agrees", 106, 2, 0, 1)),
    concludes("one answer fewer", said(106), result("undecided", null, 1, 0, 2)),
    concludes("no answer", [], result("undecided", null, 0, 0, 3)),
    concludes("answers missing, in the last moment", said(106, 106), null, endMs - 1),
  ];
  const opens = (name: string, answers: Inquiry["answers"], change: object, expect = "accepted"): CaseDraft => ({
    name: `open: ${name}`,
    pre: inquiry(answers),
    operation: { type: "open", nowMs: 1000, verifier: first, salt, token: 106, ...change },
    expect,
  });
  const closed = verifiers.map((verifier) => answered(verifier, 106, false));
  if (!opened) return [...cases, opens("a bare hash", closed, {}, "nothing-to-open")];
  const copied = [closed[0]!, { ...closed[0]!, verifier: second }, closed[2]!];
  return [
    ...cases,
    opens("all have answered", closed, { nowMs: 500 }),
    opens("answers missing, in the last moment", closed.slice(0, 2), { nowMs: 999 }, "answers-missing"),
    opens("answers missing, and time is up", closed.slice(0, 2), {}),
    opens("in the last moment", closed, { nowMs: 1999 }),
    opens("at the end of the window", closed, { nowMs: 2000 }, "open-window-over"),
    opens("another token", closed, { token: 107 }, "opening-mismatch"),
    opens("another salt", closed, { salt: "5c".repeat(32) }, "opening-mismatch"),
    opens("a commitment copied from another verifier", copied, { verifier: second }, "opening-mismatch"),
    opens("by somebody who did not answer", closed.slice(0, 2), { verifier: third }, "no-answer"),
    opens("a second time", said(106, 106, 106), {}, "opened-already"),
    concludes("two opened, one kept closed", [...said(106, 106), answered(third, 7, false)], null, endMs - 1),
    concludes(
      "one kept closed counts as silent",
      [...said(106, 106), answered(third, 7, false)],
      result("agrees", 106, 2, 0, 1),
    ),
  ];
};

export const jobFiles: readonly FileDraft[] = [
  {
    file: "job-decode",
    rule: "job-decode",
    about:
      "The wire form of job parameters and the job's id (whitepaper 2.4). Version 1 is 2023.1's, version 2 is 2026.1's.",
    cases: jobCases,
  },
  {
    file: "job-check",
    rule: "job-check",
    about: "Which well-formed jobs a node may work on, in the minimal preset.",
    cases: jobCheckCases,
  },
  {
    file: "output-seal",
    rule: "output-seal",
    about: "The output encrypted to the client: ECIES of SEC 1 with the ephemeral key given (whitepaper 2.4, step 5).",
    cases: sealCases,
  },
  { file: "output-open", rule: "output-open", about: "The client's side of it.", cases: openCases },
  {
    file: "verification-request",
    rule: "verification-request",
    about:
      "What a verifier is sent (whitepaper 2.5.3): the whole claim in 2023.1, only what stands before the index in 2026.1.",
    cases: requestCases,
  },
  {
    file: "token-hash",
    rule: "token-hash",
    about: "2023.1's answer: the bare hash of one token (whitepaper 2.5.3).",
    cases: (revision) => (revision === "2023.1" ? tokenCases : []),
  },
  {
    file: "answer-commitment",
    rule: "answer-commitment",
    about: "2026.1's answer: a salted commitment that holds for one job, index and verifier.",
    cases: (revision) => (revision === "2026.1" ? answerCases : []),
  },
  {
    file: "inquiry",
    rule: "inquiry",
    about: "One index asked of three verifiers, quorum two (whitepaper 2.5.3).",
    cases: inquiryCases,
  },
];
