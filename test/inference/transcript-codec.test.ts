import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Evidence, Transcript } from "../../src/inference/transcript.ts";
import {
  decodeTranscript,
  encodePayload,
  encodeTranscript,
  TranscriptDamageError,
} from "../../src/inference/transcript-codec.ts";
import { madeUpTranscript } from "../support/transcripts.ts";

const words = (length: number) => fc.array(fc.nat(0xffffffff), { minLength: length, maxLength: length });
const floats = (length: number) =>
  fc.array(fc.float({ noDefaultInfinity: false }), { minLength: length, maxLength: length });

/** Any evidence at all: not only what a model would say, of a vocabulary that every word is a token of. */
const transcripts: fc.Arbitrary<Transcript> = fc.integer({ min: 0, max: 30 }).chain((n) =>
  fc
    .record({
      tokens: words(n),
      reference: words(n),
      top: words(n),
      logits: floats(n),
      topLogits: floats(n),
      sums: floats(n),
      margins: floats(n),
      ranks: fc.option(words(n)),
      entropies: fc.option(floats(n)),
      inside: fc.array(fc.nat(0xffffffff), { maxLength: 20 }),
    })
    .map((c) => ({
      ...madeUpTranscript(n, n),
      vocabularySize: 2 ** 32,
      outputTokens: Uint32Array.from(c.tokens),
      evidence: {
        referenceTokens: Uint32Array.from(c.reference),
        topTokens: Uint32Array.from(c.top),
        claimedLogits: Float32Array.from(c.logits),
        topLogits: Float32Array.from(c.topLogits),
        logSumExps: Float32Array.from(c.sums),
        margins: Float32Array.from(c.margins),
        ranks: c.ranks && Uint32Array.from(c.ranks),
        entropiesNats: c.entropies && Float32Array.from(c.entropies),
        inputReferenceTokens: Uint32Array.from(c.inside),
      } satisfies Evidence,
    })),
);

describe("a transcript as bytes", () => {
  test("every transcript comes back as it was, infinities, NaN and signed zeros included", () => {
    fc.assert(
      fc.property(transcripts, (transcript) => {
        const back = decodeTranscript(encodeTranscript(transcript));
        expect(back).toEqual(transcript);
        expect(encodePayload(back).equals(encodePayload(transcript))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("150 positions of greedy evidence take under 1,500 bytes beyond the prompt", () => {
    expect(encodeTranscript(madeUpTranscript(1, 150)).length).toBeLessThan(1500 + 600);
  });

  test("a bit flipped anywhere is noticed", () => {
    const bytes = encodeTranscript(madeUpTranscript(5));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 1 << bit;
        // zstd's frame header has a few bits that no content depends on: then nothing was lost.
        try {
          expect(decodeTranscript(damaged)).toEqual(madeUpTranscript(5));
        } catch (error) {
          expect(error).toBeInstanceOf(TranscriptDamageError);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("a prefix of it is refused at every length", () => {
    const bytes = encodeTranscript(madeUpTranscript(5, 3));
    for (let length = 0; length < bytes.length; length += 7)
      expect(() => decodeTranscript(bytes.subarray(0, length))).toThrow(TranscriptDamageError);
  });

  test("another version says so", () => {
    const bytes = encodeTranscript(madeUpTranscript(5));
    bytes[4] = 9;
    expect(() => decodeTranscript(bytes)).toThrow(
      expect.objectContaining({ code: "other-version", message: "transcript of version 9; this program reads 2" }),
    );
  });

  test("columns of unequal length are never written", () => {
    const transcript = { ...madeUpTranscript(1, 10), outputTokens: new Uint32Array(9) };
    expect(() => encodeTranscript(transcript)).toThrow(/column referenceTokens: 10 entries for 9 output tokens/);
  });
});
