/**
 * Keys and signatures: ECDSA on secp256k1 (whitepaper 2.2), with everything that has two forms pinned to one.
 *
 * Signatures are r || s (64 bytes) with s in the lower half of the group, so that nobody can turn a valid signature into
 * another one (malleability); nonces are deterministic (RFC 6979). Keys that sign are compressed (33 bytes).
 * All values are lowercase hexadecimal.
 */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { rememberedText } from "./memo.ts";

export const publicKeyBytes = 33;
export const signatureBytes = 64;

/** Whether this text is 32 bytes that can be a secret key: neither zero nor the group's order or above. */
export function isSecretKey(secretKey: string): boolean {
  return /^[0-9a-f]{64}$/.test(secretKey) && secp256k1.utils.isValidSecretKey(hexToBytes(secretKey));
}

/** The public key of a 32-byte secret key. Throws for a secret that is zero or not below the group's order. */
export function publicKeyOf(secretKey: string, form: "compressed" | "uncompressed" = "compressed"): string {
  return form === "compressed" ? compressedKeyOf(secretKey) : derivedKey(secretKey, false);
}

/** Whoever signs is the same few again and again, and deriving a key costs as much as signing. */
const keptKeys = 2 ** 15;
const compressedKeyOf = rememberedText(keptKeys, (secretKey) => derivedKey(secretKey, true));

function derivedKey(secretKey: string, compressed: boolean): string {
  return bytesToHex(secp256k1.getPublicKey(hexToBytes(secretKey), compressed));
}

/** Whether this text is a compressed key that names a point of the curve. */
export function isPublicKey(publicKey: string): boolean {
  return /^[0-9a-f]{66}$/.test(publicKey) && secp256k1.utils.isValidPublicKey(hexToBytes(publicKey), true);
}

/** Signs a 32-byte digest. */
export function signDigest(digest: Uint8Array, secretKey: string): string {
  return bytesToHex(secp256k1.sign(digest, hexToBytes(secretKey), { prehash: false }));
}

/** Whether `signature` over a 32-byte digest is by `publicKey`; false too for a high s and for what is no key or signature. */
export function signatureHolds(digest: Uint8Array, signature: string, publicKey: string): boolean {
  if (signature.length !== 2 * signatureBytes || publicKey.length !== 2 * publicKeyBytes) return false;
  return secp256k1.verify(hexToBytes(signature), digest, hexToBytes(publicKey), { prehash: false, lowS: true });
}

/** RIPEMD-160 of SHA-256 of a public key: the 20 bytes that an output names its owner by. */
export function keyHash(publicKey: string): string {
  return bytesToHex(ripemd160(sha256(hexToBytes(publicKey))));
}
