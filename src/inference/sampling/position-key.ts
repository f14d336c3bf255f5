import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

const domain = utf8ToBytes("camelid/position-key/1");

/**
 * Randomness for output position i: depends on (job seed, i) alone, so any position can be sampled again on its own.
 * Four 32-bit words of SHA-256(domain, seed as 8 bytes, position as 4 bytes, signed), little-endian. A verifier that asks
 * for a position inside the input (whitepaper 2.5.2 can) counts it negatively from the first output position.
 */
export function positionKey(seed: number, position: number): Uint32Array {
  const message = new Uint8Array(domain.length + 12);
  message.set(domain);
  const view = new DataView(message.buffer);
  view.setBigUint64(domain.length, BigInt(seed), true);
  view.setInt32(domain.length + 8, position, true);
  const digest = new DataView(sha256(message).buffer);
  return Uint32Array.from({ length: 4 }, (_, i) => digest.getUint32(4 * i, true));
}
