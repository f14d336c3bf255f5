/**
 * The output, encrypted to the client's public key (whitepaper 2.4, step 5): ECIES as SEC 1 version 2.0, section 5.1 defines it,
 * with these choices: secp256k1, compressed points, standard Diffie-Hellman (the cofactor is 1), ANSI X9.63 key derivation
 * with SHA-256, XOR encryption, HMAC-SHA-256 of 32 bytes.
 *
 * sealed = R (33 bytes) || ciphertext (as long as the plaintext) || tag (32 bytes)
 * Z = x coordinate of r * client key; MAC key (32 bytes) || stream = KDF(Z, SharedInfo1 = R || job id)
 * tag = HMAC(MAC key, ciphertext || SharedInfo2 = job id)
 *
 * The MAC key is taken first: with the stream first, its place would depend on the length, and a shortened ciphertext
 * could be passed off with a MAC key that is part of another's stream. The plaintext is the opening: salt, then tokens.
 */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { isPublicKey, publicKeyBytes, publicKeyOf } from "../keys.ts";
import { err, type Result } from "../result.ts";
import { type Decoded, decode, WireWriter } from "../wire.ts";
import type { Opening } from "./commitment.ts";

const macBytes = 32;

/**
 * Encrypts for one job. `ephemeralSecret` (32 bytes, hexadecimal) must be fresh: a second use with the same client key
 * and job gives away both plaintexts. Throws for a key that is none.
 */
export function sealOutput(
  opening: Opening,
  jobId: string,
  clientPublicKey: string,
  ephemeralSecret: string,
): Uint8Array {
  const ephemeralPublic = hexToBytes(publicKeyOf(ephemeralSecret));
  const plaintext = encodeOpening(opening);
  const keys = deriveKeys(ephemeralSecret, clientPublicKey, ephemeralPublic, jobId, plaintext.length);
  const ciphertext = xor(plaintext, keys.stream);
  return concatBytes(ephemeralPublic, ciphertext, keys.tagOf(ciphertext));
}

/** Rejections: sealed-length, sealed-point, sealed-tag (changed on the way, or sealed for another key or job), sealed-content. */
export function openOutput(sealed: Uint8Array, jobId: string, clientSecret: string): Result<Opening> {
  if (sealed.length < publicKeyBytes + macBytes)
    return err("sealed-length", `${sealed.length} bytes, at least ${publicKeyBytes + macBytes}`);
  const ephemeralPublic = sealed.subarray(0, publicKeyBytes);
  const ciphertext = sealed.subarray(publicKeyBytes, -macBytes);
  if (!isPublicKey(bytesToHex(ephemeralPublic)))
    return err("sealed-point", "the ephemeral key is not a compressed point of the curve");
  const keys = deriveKeys(clientSecret, bytesToHex(ephemeralPublic), ephemeralPublic, jobId, ciphertext.length);
  if (bytesToHex(keys.tagOf(ciphertext)) !== bytesToHex(sealed.subarray(-macBytes)))
    return err("sealed-tag", "the tag does not hold: changed on the way, or sealed for another key or job");
  const opening = decodeOpening(xor(ciphertext, keys.stream));
  return opening.ok ? opening : err("sealed-content", opening.rejection.message);
}

/** Salt preceded by its length, then the counted tokens, 4 bytes each. */
function encodeOpening({ outputTokens, salt }: Opening): Uint8Array {
  return new WireWriter()
    .varHex(salt)
    .list(outputTokens, (writer, token) => writer.u32(token))
    .finish();
}

function decodeOpening(bytes: Uint8Array): Decoded<Opening> {
  return decode(bytes, (reader) => ({
    salt: reader.varHex("salt", 32),
    outputTokens: reader.list("outputTokens", 4, (entry) => entry.u32("token")),
  }));
}

function deriveKeys(
  secret: string,
  publicKey: string,
  ephemeralPublic: Uint8Array,
  jobId: string,
  streamBytes: number,
): { readonly stream: Uint8Array; readonly tagOf: (ciphertext: Uint8Array) => Uint8Array } {
  const shared = secp256k1.getSharedSecret(hexToBytes(secret), hexToBytes(publicKey), true).subarray(1);
  const job = hexToBytes(jobId);
  const derived = x963(shared, concatBytes(ephemeralPublic, job), macBytes + streamBytes);
  const macKey = derived.subarray(0, macBytes);
  return {
    stream: derived.subarray(macBytes),
    tagOf: (ciphertext) => hmac(sha256, macKey, concatBytes(ciphertext, job)),
  };
}

/** ANSI X9.63 key derivation with SHA-256 (SEC 1, section 3.6.1): SHA-256(Z || counter from 1, 4 bytes big-endian || info), and so on. */
export function x963(shared: Uint8Array, info: Uint8Array, bytes: number): Uint8Array {
  const derived = new Uint8Array(bytes);
  const counter = new DataView(new ArrayBuffer(4));
  for (let start = 0, block = 1; start < bytes; start += 32, block += 1) {
    counter.setUint32(0, block);
    const digest = sha256.create().update(shared).update(new Uint8Array(counter.buffer)).update(info).digest();
    derived.set(digest.subarray(0, bytes - start), start);
  }
  return derived;
}

function xor(bytes: Uint8Array, stream: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => byte ^ stream[i]!);
}
