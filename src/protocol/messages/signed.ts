/**
 * Signatures over messages: SHA-256("CamelidCoin message signature\0" || type number || payload before key and signature).
 *
 * The type keeps a signature from being moved to another kind of message, the job id in every signed payload from being
 * replayed for another job. Sender and receiver are not covered: messages are forwarded.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { publicKeyOf, signatureHolds, signDigest } from "../keys.ts";
import { WireWriter } from "../wire.ts";
import { type Message, type Signed, typeNumber, writeContent } from "./message.ts";

export type SignedMessage = Extract<Message, Signed>;
/** A message as its author writes it, before key and signature. */
export type Unsigned<M extends SignedMessage> = M extends SignedMessage ? Omit<M, keyof Signed> : never;

const tag = utf8ToBytes("CamelidCoin message signature\0");

export function signMessage<const Content extends Unsigned<SignedMessage>>(
  content: Content,
  secretKey: string,
): Content & Signed {
  const publicKey = publicKeyOf(secretKey);
  const message = { ...content, publicKey, signature: "" };
  return { ...message, signature: signDigest(digestOf(message), secretKey) };
}

export function messageSignatureHolds(message: SignedMessage): boolean {
  return signatureHolds(digestOf(message), message.signature, message.publicKey);
}

function digestOf(message: SignedMessage): Uint8Array {
  return sha256(writeContent(new WireWriter().bytes(tag).u8(typeNumber(message.type)), message).finish());
}
