/**
 * Proof of work (whitepaper 2.3): SHA-256 over the header, read as one big-endian number, must not exceed the target. The
 * target follows the hashrate: after every `retargetIntervalBlocks` it is scaled by how long they took against how long
 * they should have taken, within `retargetLimit`. The time is taken over as many intervals as blocks (Bitcoin takes one
 * interval less, through which the target can be talked down).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeHeader, type Header, headerBytes, headerHash } from "./block.ts";
import type { ChainParameters } from "./chain-parameters.ts";

/** Whether a header has the work its target asks for. */
export type WorkCheck = (header: Header, target: bigint) => boolean;

export const workHolds: WorkCheck = (header, target) => BigInt(`0x${headerHash(header)}`) <= target;

/** For simulations that draw the time of each block from the hashrate instead of hashing. */
export const workAssumed: WorkCheck = () => true;

/** The target that the chain starts with, and that none is easier than. */
export function easiestTarget(parameters: ChainParameters): bigint {
  return (1n << BigInt(parameters.easiestTargetBits)) - 1n;
}

/** Expected number of hashes that reach a target. */
export function workOf(target: bigint): bigint {
  return (1n << 256n) / (target + 1n);
}

/** The target after a full interval that took `actualMs`. */
export function retarget(target: bigint, actualMs: number, parameters: ChainParameters): bigint {
  const expectedMs = parameters.blockIntervalMs * parameters.retargetIntervalBlocks;
  const shortest = Math.ceil(expectedMs / parameters.retargetLimit);
  const bounded = Math.min(Math.max(actualMs, shortest), expectedMs * parameters.retargetLimit);
  const scaled = (target * BigInt(bounded)) / BigInt(expectedMs);
  const easiest = easiestTarget(parameters);
  return scaled > easiest ? easiest : scaled;
}

/**
 * Tries nonces from `firstNonce` on, at most `tries` of them. The header with the first one that reaches the target, or
 * undefined: then the miner goes on from there, or with another time or coinbase once all 2^32 are used up.
 */
export function mine(header: Header, target: bigint, firstNonce = 0, tries = 2 ** 32): Header | undefined {
  const bytes = encodeHeader(header);
  const nonceAt = new DataView(bytes.buffer, headerBytes - 4);
  const limit = targetBytes(target);
  const end = Math.min(firstNonce + tries, 2 ** 32);
  for (let nonce = firstNonce; nonce < end; nonce++) {
    nonceAt.setUint32(0, nonce, true);
    if (notAbove(sha256(bytes), limit)) return { ...header, nonce };
  }
  return undefined;
}

function targetBytes(target: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let place = 31, rest = target; place >= 0; place--, rest >>= 8n) bytes[place] = Number(rest & 0xffn);
  return bytes;
}

/** Compares two big-endian numbers of the same length. */
function notAbove(number: Uint8Array, limit: Uint8Array): boolean {
  for (let i = 0; i < number.length; i++) if (number[i] !== limit[i]) return number[i]! < limit[i]!;
  return true;
}
