import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { commitmentHash, outputHash } from "../../../src/protocol/jobs/commitment.ts";
import { verificationRandomness } from "../../../src/protocol/jobs/index-derivation.ts";
import { unwrap } from "../../../src/protocol/result.ts";
import { ruleSet } from "../../../src/protocol/revisions.ts";
import { codeOf } from "./people.ts";

const sha = (...parts: (string | Buffer)[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};
const hex = (text: string): Buffer => Buffer.from(text, "hex");
const salt = "5a".repeat(32);

describe("a commitment", () => {
  test("to an output is SHA-256 of tag, salt, count and tokens", () => {
    const counted = hex("02000000" + "01000000" + "ffffffff");
    const salted = outputHash({ outputTokens: [1, 0xffff_ffff], salt }, ruleSet("2026.1"));
    expect(unwrap(salted)).toBe(sha("CamelidCoin output\0", hex(salt), counted));
    const bare = outputHash({ outputTokens: [1, 0xffff_ffff], salt: "" }, ruleSet("2023.1"));
    expect(unwrap(bare)).toBe(sha("CamelidCoin output\0", counted));
  });

  test("binds job, output and reward address", () => {
    const [jobId, output, rewardTo] = ["10".repeat(32), "0f".repeat(32), "a1".repeat(20)];
    expect(commitmentHash({ jobId, outputHash: output, rewardTo })).toBe(
      sha("CamelidCoin commitment\0", hex(jobId), hex(output), hex(rewardTo)),
    );
  });

  test("of 2023.1 to a one-token output is inverted by hashing the vocabulary; of 2026.1 it is not", () => {
    const secretToken = 1234;
    const vocabulary = Array.from({ length: 2000 }, (_, token) => token);
    const invert = (hash: string, revision: "2023.1" | "2026.1", guess: string): number | undefined =>
      vocabulary.find(
        (token) => unwrap(outputHash({ outputTokens: [token], salt: guess }, ruleSet(revision))) === hash,
      );
    const bare = unwrap(outputHash({ outputTokens: [secretToken], salt: "" }, ruleSet("2023.1")));
    const salted = unwrap(outputHash({ outputTokens: [secretToken], salt }, ruleSet("2026.1")));
    expect(invert(bare, "2023.1", "")).toBe(secretToken);
    expect(invert(salted, "2026.1", "00".repeat(32))).toBeUndefined();
  });

  test("refuses what is no token, and names it", () => {
    const refused = outputHash({ outputTokens: [1, 0.5], salt: "" }, ruleSet("2023.1"));
    expect(refused.ok ? "" : refused.rejection.message).toBe("output token 1 is 0.5, expected 0 to 2^32-1");
  });
});

describe("a verifier's randomness", () => {
  const commitment = "cc".repeat(32);
  const nonce = new Uint8Array(32).fill(0x99);
  const nonceHash = sha(Buffer.from(nonce));

  test("is whatever the verifier drew in 2023.1", () => {
    expect(unwrap(verificationRandomness(ruleSet("2023.1"), commitment, nonce, null))).toEqual(nonce);
  });

  test("follows from commitment and nonce in 2026.1", () => {
    const randomness = unwrap(verificationRandomness(ruleSet("2026.1"), commitment, nonce, nonceHash));
    expect(Buffer.from(randomness).toString("hex")).toBe(
      sha("CamelidCoin indices\0", hex(commitment), Buffer.from(nonce)),
    );
  });

  test("is refused for a nonce the job did not fix", () => {
    const other = nonce.with(0, 0);
    expect(codeOf(verificationRandomness(ruleSet("2026.1"), commitment, other, nonceHash))).toBe("nonce-mismatch");
    expect(codeOf(verificationRandomness(ruleSet("2026.1"), commitment, nonce, null))).toBe("nonce-mismatch");
  });
});
