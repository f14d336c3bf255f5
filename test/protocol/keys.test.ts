import { sha256 } from "@noble/hashes/sha2.js";
import { hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { isPublicKey, isSecretKey, keyHash, publicKeyOf, signatureHolds, signDigest } from "../../src/protocol/keys.ts";

const groupOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const last = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";
const one = "1".padStart(64, "0");
const digest = sha256(utf8ToBytes("camel"));

// Deterministic (RFC 6979) signatures with SHA-256 that Bitcoin libraries publish; all have the low s.
test.each([
  [
    one,
    "Everything should be made as simple as possible, but not simpler.",
    "33a69cd2065432a30f3d1ce4eb0d59b8ab58c74f27c41a7fdb5696ad4e6108c96f807982866f785d3f6418d24163ddae117b7db4d5fdf0071de069fa54342262",
  ],
  [
    last,
    "Equations are more important to me, because politics is for the present, but an equation is something for eternity.",
    "54c4a33c6423d689378f160a7ff8b61330444abb58fb470f96ea16d99d4a2fed07082304410efa6b2943111b6a4e0aaa7b7db55a07e9861d1fb3cb1f421044a5",
  ],
  [
    last,
    "Not only is the Universe stranger than we think, it is stranger than we can think.",
    "ff466a9f1b7b273e2f4c3ffe032eb2e814121ed18ef84665d0f515360dab3dd06fc95f5132e5ecfdc8e5e6e616cc77151455d46ed48f5589b7db7771a332b283",
  ],
  [
    one,
    "How wonderful that we have met with a paradox. Now we have some hope of making progress.",
    "c0dafec8251f1d5010289d210232220b03202cba34ec11fec58b3e93a85b91d375afdc06b7d6322a590955bf264e7aaa155847f614d80078a90292fe205064d3",
  ],
  [
    "69ec59eaa1f4f2e36b639716b7c30ca86d9a5375c7b38d8918bd9c0ebc80ba64",
    "Computer science is no more about computers than astronomy is about telescopes.",
    "7186363571d65e084e7f02b0b77c3ec44fb1b257dee26274c38c928986fea45d0de0b38e06807e46bda1f1e293f4f6323e854c86d58abdd00c46c16441085df6",
  ],
  [
    "00000000000000000000000000007246174ab1e92e9149c6e446fe194d072637",
    "...if you aren't, at any given time, scandalized by code you wrote five or even three years ago, you're not learning anywhere near enough",
    "fbfe5076a15860ba8ed00e75e9bd22e05d230f02a936b653eb55b61c99dda4870e68880ebb0050fe4312b1b1eb0899e1b82da89baa5b895f612619edf34cbd37",
  ],
  [
    "000000000000000000000000000000000000000000056916d0f9b31dc9b637f3",
    "The question of whether computers can think is like the question of whether submarines can swim.",
    "cde1302d83f8dd835d89aef803c74a119f561fbaef3eb9129e45f30de86abbf906ce643f5049ee1f27890467b77a6a8e11ec4661cc38cd8badf90115fbd03cef",
  ],
])("the published signature by %s of '%s'", (secretKey, message, signature) => {
  expect(signDigest(sha256(utf8ToBytes(message)), secretKey)).toBe(signature);
  expect(signatureHolds(sha256(utf8ToBytes(message)), signature, publicKeyOf(secretKey))).toBe(true);
});

test("Bitcoin Core's deterministic signatures, over a double hash", () => {
  const doubleHash = sha256(sha256(utf8ToBytes("Very deterministic message")));
  expect(signDigest(doubleHash, "12b004fff7f4b69ef8650e767f18f11ede158148b425660723b9f9a66e61f747")).toBe(
    "5dbbddda71772d95ce91cd2d14b592cfbc1dd0aabd6a394b6c2d377bbe59d31d14ddda21494a4e221f0824f0b8b924c43fa43c0ad57dccdaa11f81a6bd4582f6",
  );
  expect(signDigest(doubleHash, "b524c28b61c9b2c49b2c7dd4c2d75887abb78768c054bd7c01af4029f6c0d117")).toBe(
    "52d8a32079c11e79db95af63bb9600c5b04f21a9ca33dc129c2bfa8ac9dc1cd561d8ae5e0f6c1a16bde3719c64c2fd70e404b6428ab9a69566962e8771b5944d",
  );
});

test("the generator is the public key of 1", () => {
  const x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
  const y = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
  expect(publicKeyOf(one)).toBe(`02${x}`);
  expect(publicKeyOf(one, "uncompressed")).toBe(`04${x}${y}`);
  expect(publicKeyOf(last)).toBe(`03${x}`);
  expect(keyHash(publicKeyOf(one))).toBe("751e76e8199196d454941c45d1b3a323f1433bd6");
});

test.each(["0".repeat(64), groupOrder.toString(16)])("%s is no secret key", (secretKey) => {
  expect(() => publicKeyOf(secretKey)).toThrow();
  expect(isSecretKey(secretKey)).toBe(false);
});

test("a secret key has 32 bytes", () => {
  expect([one, last].map(isSecretKey)).toEqual([true, true]);
  const others = [one.slice(2), `00${one}`, `${one}0`, last.toUpperCase(), `${one.slice(1)}g`, `${one}\n`, ""];
  for (const text of others) expect(isSecretKey(text), text).toBe(false);
});

test("a public key is a compressed point of the curve", () => {
  expect(isPublicKey(publicKeyOf(last))).toBe(true);
  expect(isPublicKey(publicKeyOf(last, "uncompressed"))).toBe(false);
  expect(isPublicKey(`02${"5".padStart(64, "0")}`)).toBe(false);
  expect(isPublicKey(`05${publicKeyOf(last).slice(2)}`)).toBe(false);
  const key = publicKeyOf(last);
  for (const text of ["", key.slice(1), `${key}0`, `0${key}`, key.toUpperCase(), `${key.slice(1)}g`])
    expect(isPublicKey(text), text).toBe(false);
});

describe("a signature does not hold", () => {
  const signature = signDigest(digest, last);
  const [r, s] = [signature.slice(0, 64), signature.slice(64)];
  const hex = (number: bigint) => number.toString(16).padStart(64, "0");
  const key = publicKeyOf(last);

  test("unless it is the very one", () => {
    expect(signatureHolds(digest, signature, key)).toBe(true);
  });

  test("with the high s: ECDSA would accept it, and the same payment would have two forms", () => {
    expect(signatureHolds(digest, r + hex(groupOrder - BigInt(`0x${s}`)), key)).toBe(false);
  });

  test.each([
    ["by another key", signature, publicKeyOf(one)],
    ["with another s", r + hex(BigInt(`0x${s}`) - 1n), key],
    ["with r = 0", hex(0n) + s, key],
    ["with s = 0", r + hex(0n), key],
    ["with r not below the group's order", hex(groupOrder) + s, key],
    ["a byte short", signature.slice(2), key],
    ["a byte long", `${signature}00`, key],
    ["by a key not on the curve", signature, `02${hex(5n)}`],
    ["by an uncompressed key", signature, publicKeyOf(last, "uncompressed")],
    ["by no key", signature, ""],
  ])("%s", (_, changed, publicKey) => {
    expect(signatureHolds(digest, changed, publicKey)).toBe(false);
  });

  test("over another digest", () => {
    expect(signatureHolds(sha256(hexToBytes("00")), signature, key)).toBe(false);
  });
});
