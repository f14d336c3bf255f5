/**
 * Addresses (whitepaper 2.2): Base58(0x00 || key hash || checksum), the checksum being the first four bytes of
 * SHA-256(SHA-256(0x00 || key hash)). That is Bitcoin's pay-to-public-key-hash form, so its published vectors apply.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { err, ok, type Result } from "./result.ts";

const version = 0x00;
const keyHashBytes = 20;
const checksumBytes = 4;

/** The address of a key hash (20 bytes, hexadecimal). */
export function addressOf(keyHash: string): string {
  const payload = concatBytes(Uint8Array.of(version), hexToBytes(keyHash));
  return base58(concatBytes(payload, checksum(payload)));
}

/** The key hash an address stands for. */
export function keyHashOf(address: string): Result<string> {
  if (address.length > 50) return err("address-length", `an address has at most 34 characters, not ${address.length}`);
  const decoded = fromBase58(address);
  if (!decoded.ok) return decoded;
  const bytes = decoded.value;
  if (bytes.length !== 1 + keyHashBytes + checksumBytes)
    return err("address-length", `an address holds 25 bytes, this one ${bytes.length}`);
  const payload = bytes.subarray(0, 1 + keyHashBytes);
  if (bytesToHex(checksum(payload)) !== bytesToHex(bytes.subarray(1 + keyHashBytes)))
    return err("address-checksum", "the checksum does not match: a character is wrong");
  if (bytes[0] !== version) return err("address-version", `version byte ${bytes[0]}, expected ${version}`);
  return ok(bytesToHex(payload.subarray(1)));
}

function checksum(payload: Uint8Array): Uint8Array {
  return sha256(sha256(payload)).subarray(0, checksumBytes);
}

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Base 58: the bytes as one big-endian number, each leading zero byte as a leading "1". */
export function base58(bytes: Uint8Array): string {
  let number = bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`);
  let digits = "";
  for (; number > 0n; number /= 58n) digits = alphabet[Number(number % 58n)] + digits;
  return "1".repeat(leading(bytes, 0)) + digits;
}

export function fromBase58(text: string): Result<Uint8Array> {
  let number = 0n;
  for (const [index, character] of [...text].entries()) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return err("base58-character", `character ${index + 1}, '${character}', is not a base-58 digit`);
    number = number * 58n + BigInt(digit);
  }
  const hex = number === 0n ? "" : number.toString(16);
  const zeros = new Uint8Array(leading([...text], "1"));
  return ok(concatBytes(zeros, hexToBytes(hex.length % 2 === 1 ? `0${hex}` : hex)));
}

/** How many entries at the start equal `value`. */
function leading<T>(entries: ArrayLike<T>, value: T): number {
  let count = 0;
  while (entries[count] === value) count++;
  return count;
}
