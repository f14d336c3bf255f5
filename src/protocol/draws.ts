/**
 * Turns 32 bytes of agreed randomness into numbers that every implementation gets alike.
 *
 * The stream is SHA-256("camelid/draws/1" || randomness || counter), counter = 0, 1, 2, ... as 4 bytes little-endian, the
 * digests one after the other, read as 4-byte little-endian words. Our choice: the sources say only "random".
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

const tag = utf8ToBytes("camelid/draws/1");
const wordsPerDigest = 8;
const wordValues = 2 ** 32;

/** The words of the stream, in order. */
export function wordStream(randomness: Uint8Array): () => number {
  const message = new Uint8Array(tag.length + randomness.length + 4);
  message.set(tag);
  message.set(randomness, tag.length);
  const counterField = new DataView(message.buffer, message.length - 4);
  let digest = new DataView(new ArrayBuffer(0));
  let drawn = 0;
  return () => {
    const place = drawn % wordsPerDigest;
    if (place === 0) {
      counterField.setUint32(0, drawn / wordsPerDigest, true);
      const bytes = sha256(message);
      digest = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    drawn += 1;
    return digest.getUint32(place * 4, true);
  };
}

/** Uniform in 0 .. bound-1, 1 <= bound <= 2^32: words in the incomplete last run of `bound` values are thrown away. */
export function uniformBelow(bound: number, nextWord: () => number): number {
  const fair = wordValues - (wordValues % bound);
  for (;;) {
    const word = nextWord();
    if (word < fair) return word % bound;
  }
}

/**
 * `count` different numbers of 0 .. bound-1 in the order drawn, every ordered choice equally likely; all of them, in random order,
 * when `count` exceeds `bound`. The first steps of a Fisher-Yates shuffle that stores only the places it has swapped.
 */
export function distinctBelow(bound: number, count: number, nextWord: () => number): number[] {
  const swapped = new Map<number, number>();
  return Array.from({ length: Math.min(count, bound) }, (_, place) => {
    const chosen = place + uniformBelow(bound - place, nextWord);
    const value = swapped.get(chosen) ?? chosen;
    swapped.set(chosen, swapped.get(place) ?? place);
    return value;
  });
}
