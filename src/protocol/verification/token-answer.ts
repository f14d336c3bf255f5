/**
 * How a verifier's answer for one index is fixed to bytes (whitepaper 2.5.3).
 *
 * 2023.1: SHA-256 of the token, 4 bytes little-endian: bare, so that anybody inverts it with one hash per vocabulary entry.
 * 2026.1: SHA-256("CamelidCoin answer\0" || job id || index || verifier || salt || token), opened only when all answers are
 * in. Salt (32 bytes) hides the token; job, index and verifier keep a copied answer from being opened by somebody else.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { WireWriter } from "../wire.ts";

export function bareTokenHash(token: number): string {
  return bytesToHex(sha256(new WireWriter().u32(token).finish()));
}

/** Hexadecimal: job id 32 bytes, verifier key hash 20, salt 32. */
export interface TokenAnswer {
  readonly jobId: string;
  readonly sequenceIndex: number;
  readonly verifier: string;
  readonly salt: string;
  readonly token: number;
}

const tag = utf8ToBytes("CamelidCoin answer\0");

export function answerCommitment({ jobId, sequenceIndex, verifier, salt, token }: TokenAnswer): string {
  const bytes = new WireWriter()
    .bytes(tag)
    .hex(jobId, 32)
    .u32(sequenceIndex)
    .hex(verifier, 20)
    .hex(salt, 32)
    .u32(token)
    .finish();
  return bytesToHex(sha256(bytes));
}
