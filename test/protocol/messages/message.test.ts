import { readFileSync } from "node:fs";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { decodeJob } from "../../../src/protocol/jobs/job.ts";
import { openOutput } from "../../../src/protocol/jobs/output-encryption.ts";
import {
  decodeMessage,
  type Envelope,
  encodeMessage,
  everybody,
  type Message,
} from "../../../src/protocol/messages/message.ts";
import { messageSignatureHolds, signMessage } from "../../../src/protocol/messages/signed.ts";
import type { VectorFile } from "../../../src/protocol/vectors/check.ts";
import type { WireField } from "../../../src/protocol/wire.ts";
import { node, thief } from "../people.ts";

interface DecodeCase {
  readonly operation: { readonly message: string };
  readonly post?: Envelope;
}
const cases = ["2023.1", "2026.1"].flatMap((revision) => {
  const file: VectorFile = JSON.parse(readFileSync(`test/vectors/${revision}/message-decode.json`, "utf8"));
  return file.cases as unknown as DecodeCase[];
});
const wellFormed = cases.filter(({ post }) => post !== undefined);

describe("messages", () => {
  test("are written as they were read, all seventeen types", () => {
    for (const { operation, post } of wellFormed) expect(bytesToHex(encodeMessage(post!))).toBe(operation.message);
    expect(new Set(wellFormed.map(({ post }) => post!.message.type)).size).toBe(17);
  });

  test("are explained down to the field that broke", () => {
    const accepted = wellFormed.find(({ post }) => post!.message.type === "job-accepted")!;
    const trace: WireField[] = [];
    decodeMessage(hexToBytes(accepted.operation.message), trace);
    expect(trace.map(({ field }) => field)).toEqual([
      "sender",
      "receiver",
      "type",
      "payload length",
      "payload.jobId",
      "payload.publicKey",
      "payload.signature",
    ]);
    const broken = decodeMessage(hexToBytes(`${"00".repeat(40)}1100`));
    expect(broken.ok ? null : [broken.rejection.code, broken.rejection.field, broken.rejection.offset]).toEqual([
      "truncated",
      "payload.peers count",
      42,
    ]);
  });
});

/** The name under which each number and text of a message stands: its key, or for list entries the list's. */
function* leafNames(value: unknown, name = ""): Generator<string> {
  if (typeof value !== "object" || value === null) yield name;
  else for (const [key, part] of Object.entries(value)) yield* leafNames(part, Array.isArray(value) ? name : key);
}

describe("what a decoder explains", () => {
  // What has another name on the wire, or none: the type is in the header, a pair's parts have names of their own.
  const elsewhere = new Set(["type", "kind", "message", "terms", "evidence"]);

  test("names every part of every message", () => {
    for (const { operation, post } of wellFormed) {
      const trace: WireField[] = [];
      decodeMessage(hexToBytes(operation.message), trace);
      const names = trace.flatMap(({ field }) => field.split(/[.[]|\]\.?/).filter((part) => !/^\d*$/.test(part)));
      const missing = [...leafNames(post!.message)].filter((name) => !elsewhere.has(name) && !names.includes(name));
      expect(missing, post!.message.type).toEqual([]);
    }
    const pairs = wellFormed.find(({ post }) => post!.message.type === "charge-invalid-output")!;
    const trace: WireField[] = [];
    decodeMessage(hexToBytes(pairs.operation.message), trace);
    const fields = trace.map(({ field }) => field);
    expect(fields).toEqual(
      expect.arrayContaining([
        "payload.evidence[1].sequenceIndex",
        "payload.evidence[1].referenceToken",
        "payload.outputTokens[2].token",
      ]),
    );
  });

  test.each([
    ["an unknown type", `${"00".repeat(40)}1200`, "message-type", "type", 40],
    [
      "an unknown charge",
      `${"00".repeat(40)}0b82${"00".repeat(32)}07${"00".repeat(97)}`,
      "charge-kind",
      "payload.charge",
      74,
    ],
    ["an unknown job version", `${"00".repeat(40)}050109`, "job-version", "payload.job.version", 42],
  ])("%s: where it broke", (_, hex, code, field, offset) => {
    const decoded = decodeMessage(hexToBytes(hex));
    expect(decoded.ok ? null : [decoded.rejection.code, decoded.rejection.field, decoded.rejection.offset]).toEqual([
      code,
      field,
      offset,
    ]);
  });
});

describe("signed messages", () => {
  const content = { type: "job-accepted", jobId: "10".repeat(32) } as const;

  test("hold for their author, content and type only", () => {
    const message = signMessage(content, node.secretKey);
    expect(messageSignatureHolds(message)).toBe(true);
    expect(messageSignatureHolds({ ...message, jobId: "11".repeat(32) })).toBe(false);
    expect(messageSignatureHolds({ ...message, publicKey: thief.publicKey })).toBe(false);
    const { publicKey, signature, jobId } = message;
    expect(messageSignatureHolds({ type: "charge", jobId, charge: "unpaid", publicKey, signature })).toBe(false);
  });

  test("hold whoever forwards them", () => {
    const message: Message = signMessage(content, node.secretKey);
    const forwarded = decodeMessage(encodeMessage({ sender: thief.keyHash, receiver: everybody, message }));
    expect(forwarded.ok && forwarded.value.message).toEqual(message);
  });
});

describe("decoders, fed 100,000 random and mutated byte strings", () => {
  // A generator of our own: fast-check would spend its time on shrinking trees for strings that only have to be many.
  let word = 0x2f6e2b1;
  const next = (below: number): number => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    return Math.floor((word / 2 ** 32) * below);
  };
  const originals = wellFormed.map(({ operation }) => hexToBytes(operation.message));
  const random = (): Uint8Array => Uint8Array.from({ length: next(80) }, () => next(256));
  const mutated = (original: Uint8Array): Uint8Array => {
    const bytes = original.slice(0, next(4) === 0 ? next(original.length) : original.length);
    for (let i = next(4); i >= 0 && bytes.length > 0; i -= 1) bytes[next(bytes.length)] = next(256);
    return bytes;
  };
  /** The string between two fences: a decoder that reads outside its view meets them. */
  const fenced = (bytes: Uint8Array): Uint8Array => {
    const field = new Uint8Array(bytes.length + 64).fill(0xff);
    field.set(bytes, 32);
    return field.subarray(32, 32 + bytes.length);
  };

  test("messages: a value that encodes to the same bytes, or a rejection inside the string", () => {
    let accepted = 0;
    for (let i = 0; i < 60_000; i += 1) {
      const bytes = i % 4 === 0 ? random() : mutated(originals[next(originals.length)]!);
      const decoded = decodeMessage(fenced(bytes));
      if (decoded.ok) {
        accepted += 1;
        expect(bytesToHex(encodeMessage(decoded.value))).toBe(bytesToHex(bytes));
      } else if (decoded.rejection.offset > bytes.length || decoded.rejection.offset < 0) {
        expect.unreachable(`refused at byte ${decoded.rejection.offset} of ${bytes.length}`);
      }
    }
    expect(accepted).toBeGreaterThan(1000);
  });

  test("jobs and sealed outputs: a value or a rejection, never a crash", () => {
    const job = originals[0]!.subarray(43, 43 + 200);
    for (let i = 0; i < 39_500; i += 1) decodeJob(fenced(i % 4 === 0 ? random() : mutated(job)));
    const sealed = fenced(new Uint8Array(120).fill(2));
    for (let i = 0; i < 500; i += 1)
      expect(openOutput(mutated(sealed), "10".repeat(32), "11".repeat(32)).ok).toBe(false);
  });
});
