/**
 * Where a verifier's randomness comes from (section 2.5: the index must be unpredictable to the node after it committed).
 *
 * 2023.1: the verifier draws 32 bytes; nobody can tell how.
 * 2026.1: randomness = SHA-256("CamelidCoin indices\0" || commitment hash || nonce). The nonce's SHA-256 stands in the job,
 * so the client fixed it before any output existed and the node does not know it while it generates: neither can steer
 * the indices, and once the nonce is shown anybody can recheck them.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { err, ok, type Result } from "../result.ts";
import type { RuleSet } from "../revisions.ts";

const tag = utf8ToBytes("CamelidCoin indices\0");

/** What a job carries of the nonce (32 bytes). */
export function nonceHash(nonce: Uint8Array): string {
  return bytesToHex(sha256(nonce));
}

/**
 * The 32 bytes that `planRastic` expands. `nonceHash` is the job's, null where jobs carry none.
 *
 * Rejections: nonce-length, nonce-mismatch.
 */
export function verificationRandomness(
  rules: RuleSet,
  commitmentHash: string,
  nonce: Uint8Array,
  expectedNonceHash: string | null,
): Result<Uint8Array> {
  if (nonce.length !== 32) return err("nonce-length", `a nonce of ${nonce.length} bytes, expected 32`);
  if (rules.indexSource === "verifier-chosen") return ok(nonce);
  if (nonceHash(nonce) !== expectedNonceHash)
    return err("nonce-mismatch", "this is not the nonce whose hash the job carries");
  return ok(sha256.create().update(tag).update(hexToBytes(commitmentHash)).update(nonce).digest());
}
