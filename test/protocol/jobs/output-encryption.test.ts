import { createHmac, createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openOutput, sealOutput, x963 } from "../../../src/protocol/jobs/output-encryption.ts";
import { publicKeyOf } from "../../../src/protocol/keys.ts";
import { unwrap } from "../../../src/protocol/result.ts";
import { codeOf } from "./people.ts";

const clientSecret = "11".repeat(32);
const clientKey = publicKeyOf(clientSecret);
const ephemeral = "22".repeat(32);
const jobId = "10".repeat(32);

describe("the key derivation", () => {
  test.each([
    // NIST CAVP, ANSI X9.63-2001, SHA-256: the first case without and the first with shared info.
    ["96c05619d56c328ab95fe84b18264b08725b85e33fd34f08", "", "443024c3dae66b95e6f5670601558f71"],
    [
      "22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d",
      "75eef81aa3041e33b80971203d2c0c52",
      "c498af77161cc59f2962b9a713e2b215152d139766ce34a776df11866a69bf2e52a13d9c7c6fc878c50c5ea0bc7b00e0da2447cfd874f6cf92f30d0097111485500c90c3af8b487872d04685d14c8d1dc8d7fa08beb0ce0ababc11f0bd496269142d43525a78e5bc79a17f59676a5706dc54d54d4d1f0bd7e386128ec26afc21",
    ],
  ])("gives the published bytes for %s", (shared, info, expected) => {
    expect(bytesToHex(x963(hexToBytes(shared), hexToBytes(info), expected.length / 2))).toBe(expected);
  });
});

describe("an encrypted output", () => {
  const tokens = fc.array(fc.nat(0xffff_ffff), { maxLength: 40 });
  const salts = fc.constantFrom("", "5a".repeat(32));

  test("is opened by the client, for that job, and by nobody else", () => {
    fc.assert(
      fc.property(tokens, salts, (outputTokens, salt) => {
        const sealed = sealOutput({ outputTokens, salt }, jobId, clientKey, ephemeral);
        expect(unwrap(openOutput(sealed, jobId, clientSecret))).toEqual({ outputTokens, salt });
        expect(codeOf(openOutput(sealed, "11".repeat(32), clientSecret))).toBe("sealed-tag");
        expect(codeOf(openOutput(sealed, jobId, "33".repeat(32)))).toBe("sealed-tag");
        expect(sealed.length).toBe(33 + (1 + salt.length / 2) + 1 + 4 * outputTokens.length + 32);
      }),
      { numRuns: 30 },
    );
  });

  test("is refused when any bit of it is changed", () => {
    const sealed = sealOutput({ outputTokens: [1, 2, 3], salt: "" }, jobId, clientKey, ephemeral);
    for (let byte = 0; byte < sealed.length; byte += 1) {
      const changed = sealed.with(byte, sealed[byte]! ^ (1 << (byte % 8)));
      expect(openOutput(changed, jobId, clientSecret).ok).toBe(false);
    }
  });

  test("can be computed with another library's curve and MAC", () => {
    const outputTokens = [7, 8];
    const sealed = sealOutput({ outputTokens, salt: "" }, jobId, clientKey, ephemeral);
    const shared = opensslSharedX(ephemeral, clientKey);
    const point = Buffer.from(publicKeyOf(ephemeral), "hex");
    const plaintext = Buffer.from("00" + "02" + "07000000" + "08000000", "hex");
    const keys = x963(shared, Buffer.concat([point, Buffer.from(jobId, "hex")]), 32 + plaintext.length);
    const ciphertext = plaintext.map((byte, i) => byte ^ keys[32 + i]!);
    const tag = createHmac("sha256", keys.subarray(0, 32))
      .update(ciphertext)
      .update(Buffer.from(jobId, "hex"))
      .digest();
    expect(bytesToHex(sealed)).toBe(Buffer.concat([point, ciphertext, tag]).toString("hex"));
  });

  test("whose content is no opening is refused even with a valid tag", () => {
    const shared = opensslSharedX(ephemeral, clientKey);
    const point = Buffer.from(publicKeyOf(ephemeral), "hex");
    const keys = x963(shared, Buffer.concat([point, Buffer.from(jobId, "hex")]), 32 + 1);
    const ciphertext = Uint8Array.of(0x05 ^ keys[32]!);
    const tag = createHmac("sha256", keys.subarray(0, 32))
      .update(ciphertext)
      .update(Buffer.from(jobId, "hex"))
      .digest();
    const sealed = Buffer.concat([point, ciphertext, tag]);
    expect(codeOf(openOutput(Uint8Array.from(sealed), jobId, clientSecret))).toBe("sealed-content");
  });
});

/** x coordinate of the shared point, by OpenSSL. */
function opensslSharedX(secret: string, publicKey: string): Uint8Array {
  const coordinates = (of: string) => {
    const point = Buffer.from(of, "hex").subarray(1);
    return { x: point.subarray(0, 32).toString("base64url"), y: point.subarray(32).toString("base64url") };
  };
  const own = coordinates(publicKeyOf(secret, "uncompressed"));
  const theirs = coordinates(publicKeyOf(clientSecret, "uncompressed"));
  expect(publicKey).toBe(clientKey);
  return diffieHellman({
    privateKey: createPrivateKey({
      format: "jwk",
      key: { kty: "EC", crv: "secp256k1", d: Buffer.from(secret, "hex").toString("base64url"), ...own },
    }),
    publicKey: createPublicKey({ format: "jwk", key: { kty: "EC", crv: "secp256k1", ...theirs } }),
  });
}
