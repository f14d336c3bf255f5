import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Transcript } from "../../../src/inference/transcript.ts";
import { encodePayload, encodeTranscript } from "../../../src/inference/transcript-codec.ts";
import { TranscriptStore } from "../../../src/inference/transcript-store/store.ts";
import { exportTranscripts, importTranscripts } from "../../../src/inference/transcript-store/transcript-file.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { madeUpTranscript } from "../../support/transcripts.ts";

const folder = scratchFolder();

function storeOf(seeds: readonly number[]): TranscriptStore {
  const store = TranscriptStore.open(":memory:");
  for (const seed of seeds) store.add(madeUpTranscript(seed));
  store.addPromptTokens("aa", "Once upon a time", [1, 17, 300]);
  return store;
}

describe("a store as a file to commit", () => {
  const path = join(folder, "transcripts.ctrf");

  test("another machine's empty store holds the same after import, prompts and engines included", () => {
    const store = storeOf([3, 1, 2]);
    expect(exportTranscripts(store, path)).toBe(3);
    const other = TranscriptStore.open(":memory:");
    expect(importTranscripts(other, path)).toBe(3);
    expect([...other.transcripts()]).toEqual([...store.transcripts()]);
    expect(other.prompts()).toEqual(store.prompts());
    expect(other.engines()).toEqual(store.engines());
    expect(readdirSync(folder)).toEqual(["transcripts.ctrf"]);
  });

  test("its bytes do not depend on the order of work, nor on a trip through another store", () => {
    const bytes = readFileSync(path);
    const other = TranscriptStore.open(":memory:");
    importTranscripts(other, path);
    const again = join(folder, "again.ctrf");
    exportTranscripts(other, again);
    expect(readFileSync(again).equals(bytes)).toBe(true);
    exportTranscripts(storeOf([2, 3, 1]), again);
    expect(readFileSync(again).equals(bytes)).toBe(true);
  });

  test("importing into a store that has some of it adds the rest, twice changes nothing", () => {
    const store = storeOf([1, 9]);
    importTranscripts(store, path);
    importTranscripts(store, path);
    expect(store.count()).toBe(4);
  });

  test("it is smaller than its transcripts one by one", () => {
    const seeds = Array.from({ length: 50 }, (_, i) => i);
    const small = join(folder, "small.ctrf");
    exportTranscripts(storeOf(seeds), small);
    const apart = seeds.reduce((sum, seed) => sum + encodeTranscript(madeUpTranscript(seed)).length, 0);
    expect(readFileSync(small).length).toBeLessThan(apart / 2);
  });

  test("a damaged or foreign file is refused by name, and nothing of it is taken", () => {
    const bytes = readFileSync(path);
    const store = TranscriptStore.open(":memory:");
    const refusals: [string, Buffer, string, RegExp][] = [
      ["cut.ctrf", bytes.subarray(0, bytes.length - 10), "damaged-transcript-file", /cut\.ctrf: damaged .*restore it/],
      [
        "flip.ctrf",
        Buffer.from(bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte))),
        "damaged-transcript-file",
        /checksum/,
      ],
      ["words.ctrf", Buffer.from("words ".repeat(20)), "not-a-transcript-file", /no file of exported transcripts/],
      ["later.ctrf", Buffer.from(bytes.map((byte, i) => (i === 4 ? 3 : byte))), "not-a-transcript-file", /version 3/],
    ];
    for (const [name, content, code, message] of refusals) {
      writeFileSync(join(folder, name), content);
      expect(() => importTranscripts(store, join(folder, name))).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(message) }),
      );
    }
    expect(() => importTranscripts(store, join(folder, "absent.ctrf"))).toThrow(
      /absent\.ctrf: cannot be read \(ENOENT\)/,
    );
    expect(store.count()).toBe(0);
  });
});

describe("a file of valid checksums that holds no transcripts", () => {
  const path = join(folder, "forged.ctrf");

  /** As anybody could write it. */
  function forged(change: (transcript: Transcript) => Transcript): void {
    const part = (bytes: Buffer) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    };
    const payloads = [madeUpTranscript(1), change(madeUpTranscript(2))].map(encodePayload);
    const content = Buffer.concat([Buffer.from("[]"), ...payloads].map(part));
    const checksum = createHash("sha256").update(content).digest();
    writeFileSync(path, Buffer.concat([Buffer.from("CTRF"), Buffer.from([2]), checksum, zstdCompressSync(content)]));
  }

  // biome-ignore lint/suspicious/noExplicitAny: what no type allows
  const withPrompt = (tokens: any[]) => (transcript: Transcript) => ({
    ...transcript,
    identity: { ...transcript.identity, job: { ...transcript.identity.job, promptTokens: tokens } },
  });
  const withEvidence = (name: "referenceTokens" | "topTokens" | "inputReferenceTokens") => (transcript: Transcript) => {
    const tokens = transcript.evidence[name].slice();
    tokens[0] = 4_294_967_295;
    return { ...transcript, evidence: { ...transcript.evidence, [name]: tokens } };
  };
  test.each<[string, (transcript: Transcript) => Transcript, string]>([
    ["text for a token of the prompt", withPrompt(["42"]), "its header is not one"],
    ["a negative token", withPrompt([-1]), "its header is not one"],
    ["null for a token", withPrompt([null]), "its header is not one"],
    ["a prompt's token beyond the vocabulary", withPrompt([2 ** 32]), "promptTokens[0] is 4294967296"],
    [
      "an output token beyond the vocabulary",
      (transcript) => ({ ...transcript, outputTokens: transcript.outputTokens.map(() => 4_294_967_295) }),
      "outputTokens[0] is 4294967295",
    ],
    ["a reference token beyond it", withEvidence("referenceTokens"), "referenceTokens[0] is 4294967295"],
    ["a top token beyond it", withEvidence("topTokens"), "topTokens[0] is 4294967295"],
    [
      "an altered position behind the last",
      (transcript) => ({ ...transcript, alteredPositions: Uint32Array.of(transcript.outputTokens.length) }),
      "altered position",
    ],
  ])("%s is refused in one line, and nothing of the file is taken", (_, change, problem) => {
    forged(change);
    const store = TranscriptStore.open(":memory:");
    expect(() => importTranscripts(store, path)).toThrow(
      expect.objectContaining({ code: "damaged-transcript-file", message: expect.stringContaining(problem) }),
    );
    expect(() => importTranscripts(store, path)).toThrow(`${path}: transcript 2 is damaged (`);
    expect(store.count()).toBe(0);
  });

  test("a device, which never ends, is refused", () => {
    expect(() => importTranscripts(TranscriptStore.open(":memory:"), "/dev/zero")).toThrow("not a regular file");
  });
});
