import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToHex } from "@noble/hashes/utils.js";
import { afterAll, describe, expect, test } from "vitest";
import { addressOf } from "../../src/protocol/address.ts";
import { encodeBlock, encodeHeader, headerHash } from "../../src/protocol/chain/block.ts";
import type { Job } from "../../src/protocol/jobs/job.ts";
import { encodeMessage, everybody } from "../../src/protocol/messages/message.ts";
import { signMessage } from "../../src/protocol/messages/signed.ts";
import { encodeTransaction, finalSequence, signTransaction, transactionId } from "../../src/protocol/transaction.ts";
import { allocation, genesis } from "../protocol/chain/chains.ts";
import { client, job, node, pays, spends, unsigned } from "../protocol/people.ts";
import { ended, fed, start } from "./camelid.ts";

const folder = mkdtempSync(join(tmpdir(), "camelid-protocol-"));
afterAll(() => rmSync(folder, { recursive: true }));

const camelid = (args: readonly string[], input = "") => fed(input, "protocol", ...args);

const payment = signTransaction(
  unsigned(
    [spends(allocation, 0, finalSequence)],
    [pays(node, 12_500_000), { value: 40, scriptPubKey: { kind: "escrow", jobId: job } }],
    { lockTime: 9, jobId: job },
  ),
  [client.secretKey],
);
const paymentHex = bytesToHex(encodeTransaction(payment));

describe("decode", () => {
  test("a transaction, field by field, with what follows from it", async () => {
    const { out, err, code } = await camelid(["decode", paymentHex]);
    expect(err).toBe("");
    expect(code).toBe(0);
    const lines = out.split("\n").map((line) => line.trim().replace(/ {2,}/g, " "));
    expect(lines).toEqual(
      expect.arrayContaining([
        `transaction, ${paymentHex.length / 2} bytes`,
        "0 4 version 1",
        `5 32 inputs[0].transactionId ${transactionId(allocation)}`,
        "41 1 inputs[0].scriptSig length 97",
        "139 4 inputs[0].sequence 4294967295 (final: nothing replaces it)",
        "144 8 outputs[0].value 12500000 (1.25 coins)",
        "153 1 outputs[0].scriptPubKey.kind 1 (address: its key signs)",
        `154 20 outputs[0].scriptPubKey.keyHash ${node.keyHash} (address ${addressOf(node.keyHash)})`,
        "183 1 outputs[1].scriptPubKey.kind 2 (escrow: whom the job's ruling names)",
        "216 4 lockTime 9 (only in blocks above 9)",
        `220 32 jobId ${job}`,
        `transaction id ${transactionId(payment)}`,
        "signatures all hold",
        "form as it should be",
      ]),
    );
    expect(lines).toContain(
      `42 33 inputs[0].scriptSig.publicKey ${client.publicKey} (key of ${addressOf(client.keyHash)})`,
    );
    expect(lines.filter((line) => line.startsWith("75 64 inputs[0].scriptSig.signature "))).toHaveLength(1);
  });

  test("what is wrong with a whole one is said, too", async () => {
    const wrong = { ...payment, outputs: [pays(node, 0)] };
    const { out, code } = await camelid(["decode", bytesToHex(encodeTransaction(wrong))]);
    expect(code).toBe(0);
    expect(out).toMatch(/^signatures +that of input 0 does not hold$/m);
    expect(out).toMatch(/^form +refused: output 0 is worth 0, .* \[output-value\]$/m);
  });

  test("a block from standard input, in upper case and in lines", async () => {
    const hex = bytesToHex(encodeBlock(genesis))
      .toUpperCase()
      .replace(/(.{64})/g, "$1\n");
    const { out, code } = await camelid(["decode"], hex);
    expect(code).toBe(0);
    expect((await camelid(["decode", "-"], hex)).out).toBe(out);
    const piped = start("protocol", "decode");
    piped.stdin!.end(hex);
    expect(await ended(piped)).toEqual({ out, err: "", code: 0 });
    expect(out).toMatch(/^block, /);
    expect(out).toMatch(/timestampMs +1000000 {2}\(1970-01-01T00:16:40.000Z\)/);
    expect(out).toMatch(new RegExp(`^block hash +${headerHash(genesis.header)}$`, "m"));
    expect(out).toMatch(new RegExp(`^transactions\\[0\\] +${transactionId(allocation)}$`, "m"));
  });

  test("a header, a job message, as JSON", async () => {
    const header = await camelid(["decode", bytesToHex(encodeHeader(genesis.header)), "--json"]);
    expect(JSON.parse(header.out)).toMatchObject({
      kind: "header",
      bytes: 76,
      fields: [
        { field: "timestampMs", offset: 0, length: 8, value: "1000000" },
        {},
        {},
        { field: "nonce", offset: 72 },
      ],
      facts: [{ name: "block hash", value: headerHash(genesis.header) }],
    });
    const message = signMessage({ type: "job-accepted", jobId: job }, node.secretKey);
    const encoded = encodeMessage({ sender: node.keyHash, receiver: everybody, message });
    const told = JSON.parse((await camelid(["decode", bytesToHex(encoded), "--json"])).out);
    expect(told).toMatchObject({ kind: "message" });
    expect(told.facts).toEqual([
      { name: "message type", value: "job-accepted" },
      { name: "signed by", value: addressOf(node.keyHash) },
      { name: "signature", value: "holds" },
    ]);
    expect(told.fields[1]).toMatchObject({ field: "receiver", note: "everybody" });
    expect(told.fields[2]).toMatchObject({ field: "type", value: "2", note: "job-accepted" });
  });

  test("a message of a job and a transaction: every field has a name of its own, numbers that stand for names have both", async () => {
    const asked: Job = {
      input: "Once",
      seed: 7,
      tokenLimit: 20,
      timestampMs: 1_000_000,
      timelockMs: 0,
      clientHost: "localhost",
      clientPort: 80,
      clientPublicKey: client.publicKey,
      model: "tales",
      terms: {
        modelRoot: "11".repeat(32),
        sampling: { sampler: "gumbel", temperaturePerMille: 700, topK: 0, topPPerMille: 1000 },
        nonceHash: "22".repeat(32),
      },
    };
    const message = { type: "job-created", job: asked, funding: payment } as const;
    const encoded = bytesToHex(encodeMessage({ sender: client.keyHash, receiver: everybody, message }));
    const { fields } = JSON.parse((await camelid(["decode", encoded, "--json"])).out);
    const names = fields.map(({ field }: { field: string }) => field);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["payload.job.version", "payload.funding.version"]));
    expect(fields.find(({ field }: { field: string }) => field === "payload.job.sampler")).toMatchObject({
      value: "1",
      note: "gumbel",
    });
  });

  test("the example in the help can be pasted", async () => {
    const { out: help } = await camelid(["decode", "--help"]);
    const [, ...args] = /^ +camelid protocol (decode) ([0-9a-f]+) *$/m.exec(help)!;
    const { out, code } = await camelid(args);
    expect(code).toBe(0);
    expect(out).toMatch(/^header, 76 bytes$/m);
    const { cases } = JSON.parse(readFileSync("test/vectors/2026.1/header-decode.json", "utf8"));
    const published = cases.find(({ name }: { name: string }) => name === "the genesis block's");
    expect(args[1]).toBe(published.operation.header);
    expect(out).toContain(published.post.hash);
  });

  test("a broken one is told up to where it broke, and the error names the byte", async () => {
    const { out, err, code } = await camelid(["decode", paymentHex.slice(0, 100)]);
    expect(code).toBe(2);
    expect(out).toMatch(/^transaction, 50 bytes, broken$/m);
    expect(out).toMatch(/scriptSig length +97$/m);
    expect(err).toBe(
      "camelid: decode: no whole transaction in these 50 bytes: byte 42 (inputs[0].scriptSig): 97 bytes expected, 8 left [truncated]; it got furthest as a transaction, --as names another kind\n",
    );
    const unknown = await camelid(["decode", paymentHex.replace(`01${node.keyHash}`, `04${node.keyHash}`)]);
    expect(unknown.out).toMatch(/scriptPubKey\.kind +4 {2}\(unknown\)$/m);
    expect(unknown.err).toContain("byte 153 (outputs[0].scriptPubKey.kind): spending condition 4; known are 1, 2, 3");
    const asked = await camelid(["decode", paymentHex, "--as", "header", "--json"]);
    expect(asked.code).toBe(2);
    expect(asked.err).toMatch(/^camelid: decode: no whole header in these 252 bytes: byte \d+ .*\]\n$/);
    expect(JSON.parse(asked.out)).toMatchObject({ kind: "header", facts: [], broken: { field: expect.any(String) } });
  });

  test("text of strangers cannot steer the terminal", async () => {
    // A job of version 1 whose input is an escape sequence that would clear the screen.
    const { out, code } = await camelid(["decode", "01041b5b324a01000000", "--as", "job"]);
    expect(code).toBe(2);
    expect(out).toContain('"\\u001b[2J"');
    expect(out).not.toContain("\u001b");
  });

  test.each([
    ["0xzz", 'camelid: decode: character 2, "x", is no hexadecimal digit; give the bytes as hexadecimal\n'],
    ["abc", "camelid: decode: 3 hexadecimal digits; expected two for each byte, so one is missing\n"],
    ["", "camelid: decode: no bytes given; expected hexadecimal digits, two for a byte\n"],
  ])("'%s' is refused in one line, with exit code 2", async (hex, message) => {
    expect(await camelid(["decode", hex])).toEqual({ out: "", err: message, code: 2 });
  });
});

describe("vectors check", () => {
  const good = JSON.parse(readFileSync("test/vectors/2026.1/reward.json", "utf8"));
  const written = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  test("a file of ours passes", async () => {
    const { out, code } = await camelid(["vectors", "check", "test/vectors/2026.1/reward.json"]);
    expect(out).toBe("test/vectors/2026.1/reward.json: 9 of 9 passed\n9 cases passed, 0 failed\n");
    expect(code).toBe(0);
  });

  test("a folder is searched; a case that fails is named, with exit code 1", async () => {
    const inner = join(folder, "foreign", "inner");
    mkdirSync(inner, { recursive: true });
    const [first, second] = good.cases;
    writeFileSync(
      join(inner, "reward.json"),
      JSON.stringify({ ...good, cases: [{ ...first, post: { units: 7 } }, second] }),
    );
    const { out, err, code } = await camelid(["vectors", "check", join(folder, "foreign")]);
    expect(out.split("\n")).toEqual([
      `FAIL ${join(inner, "reward.json")}: "height 0": post differs first at $.units`,
      `${join(inner, "reward.json")}: 1 of 2 passed`,
      "1 cases passed, 1 failed",
      "",
    ]);
    expect(err).toBe("");
    expect(code).toBe(1);
  });

  test("what is no vector file is refused in one line that names it, with exit code 2", async () => {
    const malformed = written("malformed.json", JSON.stringify({ ...good, preset: "huge" }));
    const noJson = written("none.json", "{");
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const said = async (path: string) => {
      const { err, code } = await camelid(["vectors", "check", path]);
      expect(code).toBe(2);
      expect(err.split("\n")).toHaveLength(2);
      return err;
    };
    expect(await said(join(folder, "nowhere"))).toContain(`cannot read ${join(folder, "nowhere")} (ENOENT)`);
    expect(await said(empty)).toContain(`${empty} holds no .json file`);
    expect(await said(malformed)).toMatch(/malformed\.json: preset: .*\[vector-file-malformed\]/);
    expect(await said(noJson)).toMatch(/none\.json: .*\[vector-file-not-json\]/);
  });
});
