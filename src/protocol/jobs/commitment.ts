/**
 * What a compute node binds itself to before it is paid (whitepaper 2.4, step 3): the hash of the input parameters, the output
 * and the reward address, each of them fixed to bytes.
 *
 * output hash     = SHA-256("CamelidCoin output\0" || salt || number of tokens as 4 bytes || tokens, 4 bytes each)
 * commitment hash = SHA-256("CamelidCoin commitment\0" || job id || output hash || reward key hash)
 *
 * The salt has 32 bytes in 2026.1 and none in 2023.1, where a short output is found by hashing all short outputs.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { err, ok, type Result } from "../result.ts";
import type { RuleSet } from "../revisions.ts";

/** All hexadecimal: 32, 32 and 20 bytes. */
export interface Commitment {
  readonly jobId: string;
  readonly outputHash: string;
  /** Key hash that the node wants its reward paid to. */
  readonly rewardTo: string;
}

/** The output itself, with what it takes to recompute its hash. */
export interface Opening {
  readonly outputTokens: readonly number[];
  /** 32 bytes, or "" where outputs are hashed bare. */
  readonly salt: string;
}

const outputTag = utf8ToBytes("CamelidCoin output\0");
const commitmentTag = utf8ToBytes("CamelidCoin commitment\0");

/** Rejections: salt-length, output-token (a token outside 0 .. 2^32-1). */
export function outputHash({ outputTokens, salt }: Opening, rules: RuleSet): Result<string> {
  const saltBytes = rules.outputHash === "salted" ? 32 : 0;
  if (salt.length !== 2 * saltBytes)
    return err("salt-length", `a salt of ${salt.length / 2} bytes, revision ${rules.revision} takes ${saltBytes}`);
  const bad = outputTokens.findIndex((token) => !Number.isInteger(token) || token < 0 || token > 0xffff_ffff);
  if (bad >= 0) return err("output-token", `output token ${bad} is ${outputTokens[bad]}, expected 0 to 2^32-1`);
  const numbers = new DataView(new ArrayBuffer(4 + 4 * outputTokens.length));
  numbers.setUint32(0, outputTokens.length, true);
  for (const [i, token] of outputTokens.entries()) numbers.setUint32(4 + 4 * i, token, true);
  const digest = sha256
    .create()
    .update(outputTag)
    .update(hexToBytes(salt))
    .update(new Uint8Array(numbers.buffer))
    .digest();
  return ok(bytesToHex(digest));
}

export function commitmentHash({ jobId, outputHash, rewardTo }: Commitment): string {
  const digest = sha256
    .create()
    .update(commitmentTag)
    .update(hexToBytes(jobId))
    .update(hexToBytes(outputHash))
    .update(hexToBytes(rewardTo))
    .digest();
  return bytesToHex(digest);
}
