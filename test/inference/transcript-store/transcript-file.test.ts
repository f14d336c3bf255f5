import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeTranscript } from "../../../src/inference/transcript-codec.ts";
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
